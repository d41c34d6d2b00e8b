# SPDX-License-Identifier: MIT
# trace - show what happened to a booking, in order of time
#
# Usage: ./hotel trace [--json] BOOK
#
# BOOK is the number or the reference of a booking. Shows its HTTP requests, each change of the
# booking with its author and reason, its payment, its events, how mypage and search applied them, and
# its notifications by channel, with the time between the steps. "no time" marks a step that has not
# happened yet or has no recorded time.
#
# Options:
#   --json  print JSON instead of a table
#
# Examples:
#   ./hotel trace 17
#   ./hotel trace --json 17 | jq '.steps[].what'
#
# Exit codes: 0 shown; 1 unknown booking; 2 wrong use; 3 a server is down: what the others know is
# shown.

# shellcheck shell=bash

command_main() {
	local environment log logs=()
	state_require
	settings_load
	instance_require_up 3
	servers_hint mariadb rabbitmq
	build_locate
	mapfile -t environment < <(check_environment)
	for log in "$STATE/log/access.log" "$STATE"/log/access.log.[0-9]; do
		logs+=(--requests "$log")
	done
	exec_clean PROGRAM_NAME="./hotel trace" PATH="$PATH" LC_ALL=C.UTF-8 "${environment[@]}" \
		"$BUILD/bin/hotel-trace" "${logs[@]}" "${GIVEN[@]}" "$@"
}
