# SPDX-License-Identifier: MIT
# process - starts, stops, replaces and awaits the processes of programs and servers.
# shellcheck shell=bash

readonly READY_WAIT_S=120 STOP_WAIT_S=300
readonly FAILING_STARTS=4 FAILING_S=5

# The result of processes_refresh, by supervisor's name of the process; only running ones have a pid.
declare -A PROCESS_STATES=() PROCESS_PIDS=()

# exec_clean NAME=VALUE... PROGRAM ARGUMENT...: like exec env -i, but env only receives the names to unset.
# Everybody can read its arguments in /proc, and the values include passwords.
exec_clean() {
	local name gone
	local -A others=()
	for name in $(env -0 | cut -zd= -f1 | tr '\0' '\n'); do
		others[$name]=
	done
	while [[ $1 == [A-Z]*=* ]]; do
		export "${1?}" || exit
		unset "others[${1%%=*}]"
		shift
	done
	gone=("${!others[@]}")
	exec env "${gone[@]/#/-u}" "$@"
}

# Whether this process belongs to this instance. All have the state folder in their environment; nginx
# overwrites that with its title, but its working directory is in the folder.
process_is_ours() {
	grep -qzxF -- "MYHOTEL_STATE=$STATE" "/proc/$1/environ" 2>/dev/null || process_is_our_nginx "$1"
}

process_is_our_nginx() {
	local comm cwd
	{ read -r comm <"/proc/$1/comm"; } 2>/dev/null && [[ $comm == nginx ]] || return 1
	cwd=$(readlink "/proc/$1/cwd" 2>/dev/null) && [[ $cwd == "$STATE" || $cwd == "$STATE/"* ]]
}

# The nginx processes of the whole machine.
nginx_processes() {
	{ grep -lx nginx /proc/[0-9]*/comm 2>/dev/null || true; } | cut -d/ -f3
}

processes_ours() {
	local pid
	{
		grep -lzxF -- "MYHOTEL_STATE=$STATE" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3 || true
		for pid in $(nginx_processes); do
			! process_is_our_nginx "$pid" || printf '%s\n' "$pid"
		done
	} | sort -nu
}

# Ends remaining processes of this instance after its supervisor is gone: SIGTERM, then SIGKILL.
leftovers_end() {
	local signal pids end
	for signal in TERM KILL; do
		mapfile -t pids < <(processes_ours)
		((${#pids[@]} > 0)) || return 0
		kill -s "$signal" "${pids[@]}" 2>/dev/null || true
		end=$((SECONDS + 20))
		while ((SECONDS < end)) && [[ -n $(processes_ours) ]]; do
			sleep 0.2
		done
	done
	[[ -z $(processes_ours) ]] || fail "processes do not end: $(processes_ours | tr '\n' ' ')"
}

# The name of a process in file names: supervisor's "GROUP:PROCESS" without the group.
process_file() {
	printf '%s' "${1#*:}"
}

processes_refresh() {
	local process state pid
	PROCESS_STATES=() PROCESS_PIDS=()
	while read -r process state pid; do
		PROCESS_STATES[$process]=$state
		((pid == 0)) || PROCESS_PIDS[$process]=$pid
	done < <(supervisor_processes)
}

process_runs() {
	[[ ${PROCESS_STATES[$1]:-} == @(RUNNING|STARTING) ]]
}

name_runs() {
	local process
	for process in $(processes_of "$1"); do
		process_runs "$process" || return 1
	done
}

name_runs_in_part() {
	local process
	for process in $(processes_of "$1"); do
		! process_runs "$process" || return 0
	done
	return 1
}

# Whether a process repeatedly ends right after its start.
process_fails() {
	local file count last
	[[ ${PROCESS_STATES[$1]:-} == FATAL ]] && return 0
	file=$STATE/run/starts/$(process_file "$1")
	[[ -f $file ]] && read -r count last <"$file" || return 1
	((count >= FAILING_STARTS && EPOCHSECONDS - last <= FAILING_S))
}

# Whether a program has a staged specification, or a process that was started with other input than now;
# ops/run/prepare.sh records that input.
name_outdated() {
	local process now
	[[ ! -e $STATE/env/$1.next ]] || ! name_runs_in_part "$1" || return 0
	now=$(start_checksum "$1")
	for process in $(processes_of "$1"); do
		[[ $process == epmd ]] && continue
		process_runs "$process" || continue
		[[ $(cat "$STATE/run/started/$(process_file "$process")" 2>/dev/null) == "$now" ]] || return 0
	done
	return 1
}

# Whether one process is ready.
process_ready() {
	case $1 in
	mariadb) mariadb_ready ;;
	rabbitmq) rabbitmq_ready ;;
	nginx) nginx_ready ;;
	epmd) return 0 ;;
	*) admin_ready "$(process_file "$1")" ;;
	esac
}

admin_ready() {
	curl -sf -o /dev/null -m 3 --unix-socket "$STATE/run/admin/$1.sock" http://hotel/readyz
}

# Starts the processes that do not run; does not wait for them.
name_start() {
	local process
	name_runs_in_part "$1" || spec_activate "$1"
	rm -f -- "$STATE/stopped/$1"
	for process in $(processes_of "$1"); do
		process_start "$process"
	done
}

# Resets the count of failed starts, because an operator has intervened.
process_start() {
	rm -f -- "$STATE/run/starts/$(process_file "$1")"
	supervisor_call startProcess "$1" false || [[ $ANSWER == *ALREADY_STARTED* ]] ||
		fail "supervisor cannot start $1; see $STATE/log/supervisor.log"
}

# Stops all names at the same time and waits until they have stopped.
names_stop() {
	local name process processes=()
	processes_refresh
	for name in "$@"; do
		for process in $(processes_of "$name" | tac) $(processes_surplus "$name"); do
			processes+=("$process")
		done
	done
	processes_stop "${processes[@]}"
}

# Supervisor cannot stop a process that has just ended by itself, and restarts it: so repeat the call.
processes_stop() {
	local process end=$((SECONDS + STOP_WAIT_S))
	processes_refresh
	progress_start
	until processes_stopped "$@"; do
		progress_tick stop "waiting for $(processes_named "$@")"
		for process in "$@"; do
			[[ ${PROCESS_STATES[$process]:-} != @(RUNNING|STARTING|BACKOFF) ]] ||
				supervisor_call stopProcess "$process" false || true
		done
		((SECONDS < end)) || fail "still running after $STOP_WAIT_S s: $*"
		sleep 0.05
		processes_refresh
	done
	progress_clear
}

# Stops the surplus processes of a program.
name_stop_surplus() {
	local surplus
	mapfile -t surplus < <(processes_surplus "$1")
	((${#surplus[@]} == 0)) || processes_stop "${surplus[@]}"
}

processes_stopped() {
	local process
	for process in "$@"; do
		[[ ${PROCESS_STATES[$process]:-} == @(RUNNING|STARTING|STOPPING|BACKOFF|EXITED) ]] && return 1
	done
	return 0
}

# Waits until all processes of the names are ready; exits with the end of the log of one that is not.
names_await() {
	local name end=$((SECONDS + READY_WAIT_S)) waiting=() process still
	for name in "$@"; do
		for process in $(processes_of "$name"); do
			waiting+=("$process")
		done
	done
	progress_start
	while :; do
		still=()
		for process in "${waiting[@]}"; do
			process_ready "$process" || still+=("$process")
		done
		waiting=("${still[@]}")
		((${#waiting[@]} > 0)) || break
		progress_tick start "waiting for $(processes_named "${waiting[@]}")"
		processes_refresh
		for process in "${waiting[@]}"; do
			process_fails "$process" && process_not_ready "$process" "ends right after its start"
		done
		((SECONDS < end)) || process_not_ready "${waiting[0]}" "is not ready after $READY_WAIT_S s"
		sleep 0.2
	done
	progress_clear
}

# The processes in a few words: "rabbitmq", "fcgi-book-0 and 11 more".
processes_named() {
	printf '%s' "$(process_file "$1")"
	(($# == 1)) || printf ' and %d more' $(($# - 1))
}

process_not_ready() {
	local log
	progress_clear
	log=$STATE/log/$(program_of "$1").log
	warn "$(process_file "$1") $2; the end of $log:"
	tail_of "$log"
	exit "$EXIT_FAILED"
}

# The program of a process, which is also the name of its log: fcgi-book:fcgi-book-1 -> fcgi-book.
program_of() {
	printf '%s' "${1%%:*}"
}

# Replaces the processes of a program by the staged specification: tries one process beside the old ones,
# then restarts them one by one. If the new version is not ready, rolls back and exits.
program_replace() {
	spec_try "$1" || exit "$EXIT_FAILED"
	spec_activate "$1"
	if ! program_roll "$1"; then
		spec_roll_back "$1"
		program_roll "$1" && warn "$1 is as it was before and serves"
		exit "$EXIT_FAILED"
	fi
}

# Rolling restart: each process must be ready before the next one is stopped.
program_roll() {
	local process
	for process in $(processes_of "$1"); do
		process_end "$process"
		process_start "$process"
		(process_await "$process") || return
	done
}

# Ends a process gracefully. Supervisor starts its successor, even if this command is killed meanwhile.
process_end() {
	local identity pid end=$((SECONDS + STOP_WAIT_S))
	processes_refresh
	pid=${PROCESS_PIDS[$1]:-}
	[[ -n $pid ]] && identity_read "$pid" && identity=$IDENTITY && supervisor_call signalProcess "$1" TERM || return 0
	while identity_is_alive "$identity"; do
		((SECONDS < end)) || fail "$(process_file "$1") (process $pid) does not end"
		sleep 0.05
	done
}

process_await() {
	local limit_s=${SETTING[HOTEL_READY_S]:-30} end
	end=$((SECONDS + limit_s))
	until process_ready "$1"; do
		processes_refresh
		process_fails "$1" && process_not_ready "$1" "ends right after its start"
		((SECONDS < end)) || process_not_ready "$1" "is not ready after $limit_s s"
		sleep 0.1
	done
}

# Restarts a program or server with as little interruption as possible.
name_restart() {
	processes_refresh
	case $1 in
	nginx) nginx_restart ;;
	mariadb) server_restart mariadb ;;
	rabbitmq)
		server_restart rabbitmq
		rabbitmq_apply_definitions
		;;
	*) program_replace "$1" ;;
	esac
	rm -f -- "$STATE/stopped/$1"
}

server_restart() {
	names_stop "$1"
	name_start "$1"
	names_await "$1"
}

nginx_restart() {
	if name_runs nginx && [[ -n $(nginx_master) ]]; then
		nginx_replace
	else
		name_start nginx
		names_await nginx
	fi
}
