# status - what runs, and what does not
#
# Usage: ./hotel status [--json]
#
# States: running (ready for work), starting (younger than ten seconds and not ready), not ready
# (its /readyz says no), failed (ends again and again), stopped.
# A breaker between book and pay that is not closed is shown below; see ./hotel help breaker.
# --json: {"url", "programs":[{"name","state","pids":[...]}], "breakers":[{"name","state",...}]}
# with programs and servers.
#
# Exit codes: 0 whenever it could tell, also when everything is stopped; 2 wrong use.

# shellcheck shell=bash

readonly STARTING_S=10

command_main() {
	[[ ${1:---json} == --json && $# -lt 2 ]] || usage_error "status knows --json only"
	settings_load
	! supervisor_is_running || processes_look
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
	((${#PROCESS_STATES[@]} > 0)) || printf '\nNothing runs. Start with: %s\n' "$(again up)"
	status_breakers
}

status_breakers() {
	local open
	state_exists || return 0
	build_locate
	open=$(breakers_not_closed)
	[[ -z $open ]] || printf '\nBREAKERS that are not closed (%s)\n%s\n' "$(again help breaker)" "$open"
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
	local told=[]
	! state_exists || { build_locate && told=$(breaker_tool status --json 2>/dev/null); } || told=[]
	printf '%s' "$told"
}

status_pids() {
	local process
	if [[ $1 == nginx ]]; then
		nginx_master
		return
	fi
	for process in $(processes_of "$1") $(processes_beyond "$1"); do
		[[ $process == epmd || -z ${PROCESS_PIDS[$process]:-} ]] || printf '%s\n' "${PROCESS_PIDS[$process]}"
	done
}

# The worst of the states of its processes.
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
