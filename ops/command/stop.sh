# SPDX-License-Identifier: MIT
# stop - stop a context, a program, a server or all until it is started by name
#
# Usage: ./hotel stop NAME...
#
# NAME is as for ./hotel start. Programs finish the requests and events in progress. What was stopped
# stays stopped, also after ./hotel up and ./hotel down, until ./hotel start NAME.
#
# Examples:
#   ./hotel stop pay            bookings are held meanwhile and paid later
#   ./hotel stop rabbitmq       events wait in the databases
#
# Exit codes: 0 they are stopped; 1 one does not end; 2 unknown name; 75 another ./hotel is running.

# shellcheck shell=bash

command_main() {
	local name reversed
	names_expand "$@"
	instance_require
	for name in "${TARGETS[@]}"; do
		: >"$STATE/stopped/$name"
	done
	mapfile -t reversed < <(printf '%s\n' "${TARGETS[@]}" | tac)
	names_stop_in_order "${reversed[@]}"
	say "stopped: ${TARGETS[*]}"
}
