# SPDX-License-Identifier: MIT
# logs - show the logs of programs and servers
#
# Usage: ./hotel logs [-f] [-n LINES] [--since TIME] [--json] [NAME...]
#
# NAME is a program, a server, a context, or one of access (HTTP requests), supervisor, migrate and
# watch. Without a NAME: the last lines of every log.
#
# Options:
#   -f, --follow       keep showing new lines
#   -n, --lines LINES  how many of the last lines of each log (default: 40; with --since: all)
#   --since TIME       only lines of TIME or later: 30s, 10m, 2h or 3d ago, or 2027-05-05T12:00:00Z. A line
#                      without a time belongs to the one above it.
#   --json             print an object a line: {"log", "time", "line"}, and the members that the line itself
#                      has; time is null for a line without one
#
# Examples:
#   ./hotel logs book
#   ./hotel logs -n 5 worker-pay
#   ./hotel logs --since 10m
#   ./hotel logs -f access
#   ./hotel logs --json --since 1h book | jq -r 'select(.level == "warn") | .line'
#
# Exit codes: 0 shown; 1 there is no instance; 2 wrong use or unknown log.

# shellcheck shell=bash

readonly LOG_LINES=40

command_main() {
	local name files=() options=() found
	state_require
	for name in "$@"; do
		mapfile -t found < <(log_files "$name")
		((${#found[@]} > 0)) || log_refuse "$name"
		files+=("${found[@]}")
	done
	(($# > 0)) || mapfile -t files < <(find "$STATE/log" -name '*.log' -size +0 | sort)
	((${#files[@]} > 0)) || fail "there is no log yet in $STATE/log"
	if [[ -z ${OPTION[--since]:-}${OPTION[--json]:-} ]]; then
		[[ -z ${OPTION[--follow]:-} ]] || options=(-F)
		exec tail -n "${OPTION[--lines]:-$LOG_LINES}" "${options[@]}" -- "${files[@]}"
	fi
	[[ -n ${OPTION[--since]:-}${OPTION[--lines]:-} ]] || GIVEN+=(--lines "$LOG_LINES")
	exec /usr/bin/python3 -B "$ROOT/ops/shared/log_lines.py" "${GIVEN[@]}" -- "${files[@]}"
}

log_files() {
	local one
	for one in $(name_expand "$1" || printf '%s' "$1"); do
		[[ $one != */* && -f $STATE/log/$one.log ]] && printf '%s\n' "$STATE/log/$one.log"
	done
	return 0
}

log_refuse() {
	local logs names
	mapfile -t logs < <(find "$STATE/log" -name '*.log' -printf '%f\n' | sed 's/\.log$//' | sort)
	mapfile -t names < <(candidates_of logs NAME)
	! contains "$1" "${names[@]}" || fail "$1 has written no log yet"
	usage_refuse logs "unknown log: $1$(did_you_mean "$1" "${logs[@]}" "${names[@]}"); there are: ${logs[*]}"
}
