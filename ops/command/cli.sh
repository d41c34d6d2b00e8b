# SPDX-License-Identifier: MIT
# cli - use cases from a terminal: import rooms from a CSV file, list rooms
#
# Usage: ./hotel cli rooms import FILE.csv [--host ID] [--dry-run]
#        ./hotel cli rooms list [--host ID] [--json]
#
# import registers all rooms of the file or, if the file has a fault, none; all faults are reported by
# line and column. The first line names the columns: price (in the currency's smallest unit) or amount
# (such as 45.00) is required; name, description, city and capacity are optional. Quoting is that of RFC 4180, the encoding UTF-8. Importing the same file again
# within a day is idempotent. It needs the database, but not nginx, fcgi-room or the broker.
#
# Options:
#   --host ID  the host who owns the rooms; 0, an anonymous host, if it is not given
#   --dry-run  only show what would be registered
#   --json     print an array of rooms, each as GET /rooms/{id} has it, without links
#
# Examples:
#   ./hotel cli rooms import rooms.csv --host 7 --dry-run
#   ./hotel cli rooms import rooms.csv --host 7
#
# Exit codes: 0 done; 1 the file has faults, nothing was registered; 2 wrong use; 75 the database is
# down: run the command again, it is idempotent.

# shellcheck shell=bash

command_main() {
	local environment
	state_exists || usage_error "there is no instance in $STATE; create it with: $(hotel_command up)"
	settings_load
	instance_require_up 75
	servers_hint mariadb
	build_locate
	mapfile -t environment < <(program_environment fcgi-room)
	exec_clean PROGRAM_NAME="./hotel cli" PATH="$PATH" LC_ALL=C.UTF-8 "${environment[@]}" HOTEL_LOG_LEVEL=error \
		"$BUILD/bin/hotel-cli" "$@" "${GIVEN[@]}"
}
