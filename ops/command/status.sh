# SPDX-License-Identifier: MIT
# status - show what runs
#
# Usage: ./hotel status [--json]
#
# States: running (ready), starting (started less than ten seconds ago, not ready yet), not ready
# (/readyz fails), failed (ends repeatedly right after its start), stopped. A circuit breaker between
# book and pay that is not closed is listed below the table.
#
# Options:
#   --json  print {"url", "programs": [{"name", "state", "pids": [...]}], "breakers": [...]};
#           programs includes the servers
#
# Examples:
#   ./hotel status
#   ./hotel status --json | jq -r '.programs[] | select(.state != "running") | .name'
#
# Exit codes: 0 the state was shown, also when everything is stopped; 2 wrong use.

# shellcheck shell=bash

readonly STARTING_S=10

command_main() {
	[[ ${1:---json} == --json && $# -lt 2 ]] || usage_error "wrong arguments; status takes only --json"
	settings_load
	! supervisor_is_running || processes_refresh
	if [[ ${1:-} == --json ]]; then
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
	printf '%-14s %-10s %s\n' NAME STATE PROCESSES
	for name in $(status_names); do
		printf '%-14s %-10s %s\n' "$name" "$(status_of "$name")" "$(status_pids "$name" | tr '\n' ' ')"
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
		printf '%s{"name":"%s","state":"%s","pids":[%s]}' "$comma" "$name" "$(status_of "$name")" \
			"$(status_pids "$name" | paste -sd,)"
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

# The worst state of its processes.
status_of() {
	local process worst=running state
	for process in $(processes_of "$1"); do
		state=$(status_of_process "$process")
		worst=$(worse_state "$worst" "$state")
	done
	printf '%s' "$worst"
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
