# dead - the events that could not be applied: list, show, resend or drop them
#
# Usage: ./hotel dead list [CONTEXT]
#        ./hotel dead show CONTEXT NAME
#        ./hotel dead resend CONTEXT NAME|--all
#        ./hotel dead drop CONTEXT NAME|--all
#
# CONTEXT is room, book, pay, mypage or alarm: whose consumer could not apply it. NAME is what list
# calls the letter. Resent, it goes back to that queue alone; applied twice, it has its effect once.
# The log of the worker says why it failed: ./hotel logs worker-CONTEXT.
#
# Examples:
#   ./hotel dead list
#   ./hotel dead resend alarm --all     after the fault was mended
#
# Exit codes: 0 done; 1 there is no such letter; 2 wrong use; 3 the broker is away.

# shellcheck shell=bash

command_main() {
	local environment
	(($# > 0)) || usage_show dead
	instance_require
	settings_load
	build_locate
	mapfile -t environment < <(broker_environment operator)
	become PROGRAM_NAME="./hotel dead" PATH="$PATH" LC_ALL=C.UTF-8 "${environment[@]}" "$BUILD/bin/hotel-dead" "$@"
}
