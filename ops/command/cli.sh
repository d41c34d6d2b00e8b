# cli - use cases from a terminal: register the rooms of a CSV file, list rooms
#
# Usage: ./hotel cli rooms import FILE.csv [--host ID] [--dry-run]
#        ./hotel cli rooms list [--host ID]
#
# import registers all rooms of the file or, if anything in it is wrong, none; every fault is named
# by its line and column at once. The first line names the columns: price, and name, description,
# city, capacity as far as wanted; quotes as in RFC 4180, UTF-8. The same file again within a day
# registers nothing twice. --dry-run tells what would be registered. --host says whose rooms they
# are; 0, nobody in particular, if it is not given. It needs the database, but neither nginx nor
# fcgi-room nor the broker.
#
# Examples:
#   ./hotel cli rooms import rooms.csv --host 7 --dry-run
#   ./hotel cli rooms import rooms.csv --host 7
#
# Exit codes: 0 done; 1 the file has faults, all named, nothing was done; 2 wrong use; 75 the
# database is away: ask again, nothing happens twice.

# shellcheck shell=bash

command_main() {
	local environment
	(($# > 0)) || usage_show cli
	state_exists || usage_error "there is no instance in $STATE; begin with: $(again up)"
	settings_load
	instance_require_up 75
	build_locate
	mapfile -t environment < <(program_environment fcgi-room)
	become PROGRAM_NAME="./hotel cli" PATH="$PATH" LC_ALL=C.UTF-8 "${environment[@]}" "$BUILD/bin/hotel-cli" "$@"
}
