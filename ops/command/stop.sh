# stop - stop a context, a program, a server or all; it stays stopped until start
#
# Usage: ./hotel stop NAME...
#
# NAME is as for start. Programs finish the requests and events they have begun. What was
# stopped stays so, through `up` and `down` too, until `./hotel start NAME`.
#
# Examples:
#   ./hotel stop pay            bookings are held meanwhile and paid later
#   ./hotel stop rabbitmq       events wait in the databases
#
# Exit codes: 0 they are stopped; 1 one does not end; 2 there is no such name.

# shellcheck shell=bash

command_main() {
	local name reversed
	names_expand "$@"
	instance_require
	for name in "${TARGETS[@]}"; do
		: >"$STATE/stopped/$name"
	done
	mapfile -t reversed < <(printf '%s\n' "${TARGETS[@]}" | tac)
	names_stop_in_turn "${reversed[@]}"
	say "stopped: ${TARGETS[*]}"
}
