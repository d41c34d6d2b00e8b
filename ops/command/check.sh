# SPDX-License-Identifier: MIT
# check - verify the invariants over all databases and the broker
#
# Usage: ./hotel check [--wait SECONDS] [--history-since INSTANT] [--json]
#
# Reports every violated invariant with its rows: a night that belongs to two bookings, a payment
# without a booking, a booking without a payment, a lost or duplicate notification, and so on.
#
# Options:
#   --wait SECONDS           repeat until all invariants hold, at most this long: events may still be
#                            in progress
#   --history-since INSTANT  expect only newer events in history, for example after the broker's data
#                            was lost; a restored instance has this set
#   --json                   print {"holds", "checked", "violations": [{"id", "rule", "count", "rows": [...]}]};
#                            rows has the first 20
#
# Examples:
#   ./hotel check
#   ./hotel check --wait 60
#   ./hotel check --history-since 2027-05-05T00:00:00.000Z
#
# Exit codes: 0 all invariants hold; 1 one is violated; 2 could not check.

# shellcheck shell=bash

command_main() {
	local environment since=()
	state_exists || usage_error "there is no instance in $STATE; create it with: $(hotel_command up)"
	settings_load
	instance_require_up 2
	servers_hint mariadb rabbitmq
	build_locate
	mapfile -t environment < <(check_environment)
	# History of a restored instance starts with the restore.
	[[ ! -f $STATE/restored ]] || since=(--history-since "$(<"$STATE/restored")")
	exec_clean PROGRAM_NAME="./hotel check" PATH="$PATH" LC_ALL=C.UTF-8 "${environment[@]}" "$BUILD/bin/hotel-check" "${since[@]}" "${GIVEN[@]}"
}
