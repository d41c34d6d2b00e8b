# breaker - the breakers between book and pay, as they stand in the state folder.
# shellcheck shell=bash

breaker_tool() {
	env -i PROGRAM_NAME="./hotel breaker" PATH="$PATH" LC_ALL=C.UTF-8 HOTEL_RUN_DIR="$STATE/run" "$BUILD/bin/hotel-breaker" "$@"
}

# Lines of those that are not closed; none when book was never started, or is not built.
breakers_not_closed() {
	local told
	told=$(breaker_tool status 2>/dev/null) || return 0
	awk '$2 != "closed"' <<<"$told"
}
