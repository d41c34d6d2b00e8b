# SPDX-License-Identifier: MIT
# dead - list, show, resend or drop dead letters: events that could not be applied
#
# Usage: ./hotel dead [--json]
#        ./hotel dead list [CONTEXT] [--json]
#        ./hotel dead show CONTEXT NAME [--json]
#        ./hotel dead resend CONTEXT NAME|--all
#        ./hotel dead drop CONTEXT NAME|--all
#
# Without arguments: list. CONTEXT is the consumer that could not apply the event: room, book, pay, mypage or alarm. NAME is
# the name of the dead letter in the output of list. resend puts it back into the queue of that
# context only; consumers are idempotent, so an event that is applied twice has its effect once. The
# log of the worker has the reason: ./hotel logs worker-CONTEXT.
#
# Options:
#   --all   all dead letters of the context
#   --json  print JSON: list an array of {"context", "name", "type", "reason", "bytes", "readable"}; show one
#           object with "body" as well: a text with \x.. for unprintable bytes if it is not JSON
#
# Examples:
#   ./hotel dead list
#   ./hotel dead resend alarm --all     after the cause is fixed
#
# Exit codes: 0 done; 1 unknown dead letter; 2 wrong use; 3 the broker is down; 75 another ./hotel is
# running.

# shellcheck shell=bash

command_main() {
	local environment
	(($# > 0)) || set -- list
	state_require
	[[ $1 == @(list|show) ]] || state_lock
	restore_require_complete
	settings_load
	instance_require_up 3
	servers_hint rabbitmq
	build_locate
	mapfile -t environment < <(broker_environment operator)
	exec_clean PROGRAM_NAME="./hotel dead" PATH="$PATH" LC_ALL=C.UTF-8 "${environment[@]}" "$BUILD/bin/hotel-dead" "$@" "${GIVEN[@]}"
}
