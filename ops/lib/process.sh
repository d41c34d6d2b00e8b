# process - starting, stopping, replacing and awaiting the processes of programs and servers.
# shellcheck shell=bash

readonly READY_WAIT_S=120 STOP_WAIT_S=300
readonly FAILING_STARTS=4 FAILING_S=5

# What processes_look saw last, by what supervisor calls a process; those that run have a pid.
declare -A PROCESS_STATES=() PROCESS_PIDS=()

# become NAME=VALUE... PROGRAM ARGUMENT...: as by exec env -i, but env is only told what to take away.
# Its arguments could be read by everybody in /proc, and among these values are passwords.
become() {
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

# Was this process started for this instance? All carry its folder in their environment; nginx
# writes its title over that, but stays in the folder.
process_is_ours() {
	grep -qzxF -- "MYHOTEL_STATE=$STATE" "/proc/$1/environ" 2>/dev/null || process_is_our_nginx "$1"
}

process_is_our_nginx() {
	local comm cwd
	{ read -r comm <"/proc/$1/comm"; } 2>/dev/null && [[ $comm == nginx ]] || return 1
	cwd=$(readlink "/proc/$1/cwd" 2>/dev/null) && [[ $cwd == "$STATE" || $cwd == "$STATE/"* ]]
}

# Everybody's.
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

# Ends what is left of this instance once its supervisor is gone: asks, then insists.
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
	[[ -z $(processes_ours) ]] || fail "these processes do not end: $(processes_ours | tr '\n' ' ')"
}

# The file name of a process: supervisor's "group:process" without the group.
process_file() {
	printf '%s' "${1#*:}"
}

processes_look() {
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

name_runs_at_all() {
	local process
	for process in $(processes_of "$1"); do
		! process_runs "$process" || return 0
	done
	return 1
}

# Does a process end again and again right after its start?
process_fails() {
	local file count last
	[[ ${PROCESS_STATES[$1]:-} == FATAL ]] && return 0
	file=$STATE/run/starts/$(process_file "$1")
	[[ -f $file ]] && read -r count last <"$file" || return 1
	((count >= FAILING_STARTS && EPOCHSECONDS - last <= FAILING_S))
}

# Does a process of this name run with what is no more true? See begin.sh for what it notes.
name_outdated() {
	local process now
	[[ ! -e $STATE/env/$1.next ]] || ! name_runs_at_all "$1" || return 0
	now=$(fingerprint_of "$1")
	for process in $(processes_of "$1"); do
		[[ $process == epmd ]] && continue
		process_runs "$process" || continue
		[[ $(cat "$STATE/run/started/$(process_file "$process")" 2>/dev/null) == "$now" ]] || return 0
	done
	return 1
}

# Is this one process ready to do its work?
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

# Starts what does not run yet; does not wait.
name_start() {
	local process
	name_runs_at_all "$1" || recipe_take "$1"
	rm -f -- "$STATE/stopped/$1"
	for process in $(processes_of "$1"); do
		process_start "$process"
	done
}

# Earlier failures do not count any more: somebody has looked.
process_start() {
	rm -f -- "$STATE/run/starts/$(process_file "$1")"
	supervisor_call startProcess "$1" false || [[ $ANSWER == *ALREADY_STARTED* ]] ||
		fail "supervisor cannot start $1; see $STATE/log/supervisor.log"
}

# Stops everything named at the same time and waits until it has stopped.
names_stop() {
	local name process processes=()
	processes_look
	for name in "$@"; do
		for process in $(processes_of "$name" | tac) $(processes_beyond "$name"); do
			processes+=("$process")
		done
	done
	processes_stop "${processes[@]}"
}

# One that has just ended by itself cannot be stopped: supervisor starts it again first.
processes_stop() {
	local process end=$((SECONDS + STOP_WAIT_S))
	processes_look
	until processes_stopped "$@"; do
		for process in "$@"; do
			[[ ${PROCESS_STATES[$process]:-} != @(RUNNING|STARTING|BACKOFF) ]] ||
				supervisor_call stopProcess "$process" false || true
		done
		((SECONDS < end)) || fail "not stopped after $STOP_WAIT_S s: $*"
		sleep 0.05
		processes_look
	done
}

# Ends the processes of a program that are more than is wanted.
name_shrink() {
	local beyond
	mapfile -t beyond < <(processes_beyond "$1")
	((${#beyond[@]} == 0)) || processes_stop "${beyond[@]}"
}

processes_stopped() {
	local process
	for process in "$@"; do
		[[ ${PROCESS_STATES[$process]:-} == @(RUNNING|STARTING|STOPPING|BACKOFF|EXITED) ]] && return 1
	done
	return 0
}

# Waits until every process of the names is ready; else ends, saying which is not and why.
names_await() {
	local name end=$((SECONDS + READY_WAIT_S)) waiting=() process still
	for name in "$@"; do
		for process in $(processes_of "$name"); do
			waiting+=("$process")
		done
	done
	while :; do
		still=()
		for process in "${waiting[@]}"; do
			process_ready "$process" || still+=("$process")
		done
		waiting=("${still[@]}")
		((${#waiting[@]} > 0)) || return 0
		processes_look
		for process in "${waiting[@]}"; do
			process_fails "$process" && process_not_ready "$process" "ends right after its start"
		done
		((SECONDS < end)) || process_not_ready "${waiting[0]}" "is not ready after $READY_WAIT_S s"
		sleep 0.2
	done
}

process_not_ready() {
	local log
	log=$STATE/log/$(program_of "$1").log
	warn "$(process_file "$1") $2; the end of $log:"
	tail_of "$log"
	exit "$EXIT_FAILED"
}

# The program, and so the log, of a process: fcgi-book:fcgi-book-1 is one of fcgi-book.
program_of() {
	printf '%s' "${1%%:*}"
}

# Replaces the processes of a program by what is wanted of it, if that becomes ready: first one of
# them is tried beside those that work. Else what worked goes on to work, and the command fails.
program_replace() {
	recipe_try "$1" || exit "$EXIT_FAILED"
	recipe_take "$1"
	if ! program_roll "$1"; then
		recipe_give_back "$1"
		program_roll "$1" && warn "$1 is as it was before, and serves"
		exit "$EXIT_FAILED"
	fi
}

# One process after the other; each must be ready before the next goes.
program_roll() {
	local process
	for process in $(processes_of "$1"); do
		process_end "$process"
		process_start "$process"
		(process_await "$process") || return
	done
}

# Has a process end when it has done what it began. Supervisor starts the next one by itself, also
# if we are gone by then.
process_end() {
	local life pid end=$((SECONDS + STOP_WAIT_S))
	processes_look
	pid=${PROCESS_PIDS[$1]:-}
	[[ -n $pid ]] && life_note "$pid" && life=$LIFE && supervisor_call signalProcess "$1" TERM || return 0
	while lives "$life"; do
		((SECONDS < end)) || fail "$(process_file "$1") (process $pid) does not end"
		sleep 0.05
	done
}

process_await() {
	local limit_s=${SETTING[HOTEL_READY_S]:-30} end
	end=$((SECONDS + limit_s))
	until process_ready "$1"; do
		processes_look
		process_fails "$1" && process_not_ready "$1" "ends right after its start"
		((SECONDS < end)) || process_not_ready "$1" "is not ready after $limit_s s"
		sleep 0.1
	done
}

# Restarts a name the gentlest way there is.
name_restart() {
	processes_look
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
