# SPDX-License-Identifier: MIT
# logs - show the logs of programs and servers
#
# Usage: ./hotel logs [-f] [NAME...]
#
# NAME is a program, a server, a context, or one of access (HTTP requests), supervisor, migrate and
# watch. Without a NAME: the last lines of every log.
#
# Options:
#   -f, --follow  keep showing new lines
#
# Examples:
#   ./hotel logs book
#   ./hotel logs -f access
#
# Exit codes: 0 shown; 1 there is no instance; 2 unknown log.

# shellcheck shell=bash

readonly LOG_LINES=40

command_main() {
	local follow=() name files=()
	while [[ ${1:-} == -* ]]; do
		[[ $1 == @(-f|--follow) ]] || usage_error "unknown option: $1; see: $(hotel_command help logs)"
		follow=(-F)
		shift
	done
	state_require
	for name in "$@"; do
		mapfile -t -O "${#files[@]}" files < <(log_files "$name")
	done
	(($# > 0)) || mapfile -t files < <(find "$STATE/log" -name '*.log' -size +0 | sort)
	((${#files[@]} > 0)) || usage_error "unknown log: $*; there are: $(logs_list)"
	exec tail -n "$LOG_LINES" "${follow[@]}" -- "${files[@]}"
}

log_files() {
	local one
	for one in $(name_expand "$1" || printf '%s' "$1"); do
		[[ $one != */* && -f $STATE/log/$one.log ]] && printf '%s\n' "$STATE/log/$one.log"
	done
	return 0
}

logs_list() {
	find "$STATE/log" -name '*.log' -printf '%f\n' | sed 's/\.log$//' | sort | paste -sd' '
}
