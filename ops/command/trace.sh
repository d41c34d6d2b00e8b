# trace - what happened to a booking, in order, with the times between the steps
#
# Usage: ./hotel trace [--json] BOOK
#
# BOOK is the number or the reference of a booking. Shows the requests that led to anything, each
# change of the booking with who made it and why, its payment, its events, what mypage and the
# search made of them, and who was told by which channel. "no time" is what is still to come, or
# what nobody noted the time of.
#
# Examples:
#   ./hotel trace 17
#   ./hotel trace --json 17 | jq '.steps[].what'
#
# Exit codes: 0 told; 1 there is no such booking; 2 wrong use; 3 a server is away: what the others
# know is told.

# shellcheck shell=bash

command_main() {
	local environment log logs=()
	(($# > 0)) || usage_show trace
	state_require
	settings_load
	instance_require_up 3
	build_locate
	mapfile -t environment < <(check_environment)
	for log in "$STATE/log/access.log" "$STATE"/log/access.log.[0-9]; do
		logs+=(--requests "$log")
	done
	become PROGRAM_NAME="./hotel trace" PATH="$PATH" LC_ALL=C.UTF-8 "${environment[@]}" \
		"$BUILD/bin/hotel-trace" "${logs[@]}" "$@"
}
