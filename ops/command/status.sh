# SPDX-License-Identifier: MIT
# status - show what runs
#
# Usage: ./hotel status [--json]
#
# States: running (ready), starting (started less than ten seconds ago, not ready yet), not ready
# (/readyz fails), failed (ends repeatedly right after its start), stopped. READY is the number of ready
# processes and of those that there should be, UP the time since the youngest was started, and MEMORY what
# all of them have in memory. A circuit breaker between book and pay that is not closed is listed below
# the table. States have colours at a terminal, unless NO_COLOR is set.
#
# Options:
#   --json  print {"url", "programs": [{"name", "state", "pids": [...], "ready", "wanted", "upSeconds",
#           "memoryBytes"}], "breakers": [...]}; programs includes the servers; upSeconds is null if
#           nothing runs
#
# Examples:
#   ./hotel status
#   ./hotel status --json | jq -r '.programs[] | select(.state != "running") | .name'
#
# Exit codes: 0 the state was shown, also when everything is stopped; 2 wrong use.

# shellcheck shell=bash

readonly STARTING_S=10
COLOURED=
[[ ! -t 1 || -n ${NO_COLOR:-} || ${TERM:-dumb} == dumb ]] || COLOURED=yes

command_main() {
	settings_load
	! supervisor_is_running || processes_refresh
	if [[ -n ${OPTION[--json]:-} ]]; then
		status_json
	else
		status_table
	fi
}

status_names() {
	printf '%s\n' "${SERVERS[@]}" "${PROGRAMS[@]}"
}

status_table() {
	local name
	say "MyHotel at $(url), state in $STATE"
	echo
	printf '%-14s %-10s %5s %8s %9s  %s\n' NAME STATE READY UP MEMORY PROCESSES
	for name in $(status_names); do
		status_examine "$name"
		printf '%-14s %s %5s %8s %9s  %s\n' "$name" "$(coloured "$WORST" "$(printf '%-10s' "$WORST")")" \
			"$READY/$WANTED" "$(duration_text "$UP_S")" "$(memory_text "$MEMORY_KB")" "${PIDS[*]}"
	done | sed 's/ *$//'
	((${#PROCESS_STATES[@]} > 0)) || printf '\nNothing runs. Start it with: %s\n' "$(hotel_command up)"
	status_breakers
}

status_breakers() {
	local open
	state_exists || return 0
	build_locate
	open=$(breakers_not_closed)
	[[ -z $open ]] || printf '\nCircuit breakers that are not closed (see: %s)\n%s\n' "$(hotel_command help breaker)" "$open"
}

status_json() {
	local name comma=
	printf '{"url":"%s","programs":[' "$(url)"
	for name in $(status_names); do
		status_examine "$name"
		printf '%s{"name":"%s","state":"%s","pids":[%s],"ready":%d,"wanted":%d,"upSeconds":%s,"memoryBytes":%d}' \
			"$comma" "$name" "$WORST" "$(IFS=, && printf '%s' "${PIDS[*]}")" "$READY" "$WANTED" \
			"${UP_S:-null}" $((MEMORY_KB * 1024))
		comma=,
	done
	printf '],"breakers":%s}\n' "$(status_breakers_json)"
}

status_breakers_json() {
	local breakers=[]
	! state_exists || { build_locate && breakers=$(breaker_tool status --json 2>/dev/null); } || breakers=[]
	printf '%s' "$breakers"
}

status_pids() {
	local process
	if [[ $1 == nginx ]]; then
		nginx_master
		return
	fi
	for process in $(processes_of "$1") $(processes_surplus "$1"); do
		[[ $process == epmd || -z ${PROCESS_PIDS[$process]:-} ]] || printf '%s\n' "${PROCESS_PIDS[$process]}"
	done
}

# Sets what there is to tell of a name: PIDS, WORST (the worst state of its processes), READY and WANTED, UP_S
# (empty: nothing runs) and MEMORY_KB.
status_examine() {
	local process state pid
	WORST=running READY=0 WANTED=0 UP_S='' MEMORY_KB=0
	for process in $(processes_of "$1"); do
		state=$(status_of_process "$process")
		WORST=$(worse_state "$WORST" "$state")
		[[ $process != epmd ]] || continue
		WANTED=$((WANTED + 1))
		[[ $state != running ]] || READY=$((READY + 1))
	done
	mapfile -t PIDS < <(status_pids "$1")
	for pid in "${PIDS[@]}"; do
		status_add "$pid"
	done
	[[ $1 != nginx || -z ${PIDS[*]} ]] || for pid in $(nginx_children "${PIDS[0]}"); do
		MEMORY_KB=$((MEMORY_KB + $(memory_of "$pid")))
	done
}

# Adds a process to UP_S and MEMORY_KB; it may have ended by now.
status_add() {
	local IDENTITY up
	identity_read "$1" || return 0
	up=$(awk -v began="${IDENTITY#*:}" -v ticks="$(getconf CLK_TCK)" '{ printf "%d", $1 - began / ticks }' /proc/uptime)
	[[ -n $UP_S ]] && ((UP_S <= up)) || UP_S=$up
	MEMORY_KB=$((MEMORY_KB + $(memory_of "$1")))
}

memory_of() {
	local kb
	kb=$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$1/status" 2>/dev/null) || true
	printf '%d' "${kb:-0}"
}

memory_text() {
	(($1 == 0)) || printf '%d MB' $((($1 + 1023) / 1024))
}

# duration_text SECONDS: 42s, 12m, 3h 5m, 9d 4h.
duration_text() {
	[[ -n $1 ]] || return 0
	if (($1 < 120)); then
		printf '%ds' "$1"
	elif (($1 < 7200)); then
		printf '%dm' $(($1 / 60))
	elif (($1 < 172800)); then
		printf '%dh %dm' $(($1 / 3600)) $(($1 / 60 % 60))
	else
		printf '%dd %dh' $(($1 / 86400)) $(($1 / 3600 % 24))
	fi
}

# coloured STATE TEXT: green, yellow or red at a terminal.
coloured() {
	local colour
	case $1 in
	running) colour=32 ;;
	starting) colour=33 ;;
	*) colour=31 ;;
	esac
	if [[ -n $COLOURED ]]; then
		printf '\033[%dm%s\033[0m' "$colour" "$2"
	else
		printf '%s' "$2"
	fi
}

worse_state() {
	local state
	for state in failed stopped 'not ready' starting; do
		[[ $1 == "$state" || $2 == "$state" ]] && printf '%s' "$state" && return
	done
	printf 'running'
}

status_of_process() {
	if ! process_runs "$1"; then
		if [[ ${PROCESS_STATES[$1]:-} == @(EXITED|BACKOFF|FATAL|UNKNOWN) ]]; then
			if process_fails "$1"; then printf 'failed'; else printf 'starting'; fi
		else
			printf 'stopped'
		fi
	elif process_ready "$1"; then
		printf 'running'
	elif process_fails "$1"; then
		printf 'failed'
	elif process_is_young "$1"; then
		printf 'starting'
	else
		printf 'not ready'
	fi
}

process_is_young() {
	local count last
	{ read -r count last <"$STATE/run/starts/$(process_file "$1")"; } 2>/dev/null || return 1
	((count > 0 && EPOCHSECONDS - last < STARTING_S))
}
