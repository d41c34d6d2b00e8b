# check - look for anything that must never be: every violated rule, with its rows
#
# Usage: ./hotel check [--wait SECONDS] [--history-since INSTANT]
#
# Asks all databases and the broker: nights that belong to two books, money without a booking,
# bookings without money, doubled or lost notifications and rows of the view, and so on.
# --wait gives what is under way that long to end. --history-since says from when on history can be
# asked for: after the broker's data was lost, from then on (a restored instance knows by itself).
#
# Examples:
#   ./hotel check
#   ./hotel check --wait 60
#   ./hotel check --history-since 2027-05-05T00:00:00.000Z
#
# Exit codes: 0 all is well; 1 something is not, shown; 2 could not tell.

# shellcheck shell=bash

command_main() {
	local environment since=()
	state_exists || usage_error "there is no instance in $STATE; begin with: $(again up)"
	settings_load
	instance_require_up 2
	build_locate
	mapfile -t environment < <(check_environment)
	# The history of a restored instance begins with its restore.
	[[ ! -f $STATE/restored ]] || since=(--history-since "$(<"$STATE/restored")")
	become PROGRAM_NAME="./hotel check" PATH="$PATH" LC_ALL=C.UTF-8 "${environment[@]}" "$BUILD/bin/hotel-check" "${since[@]}" "$@"
}
