# SPDX-License-Identifier: MIT
# breaker - the circuit breakers between book and pay, whose state is in the state folder.
# shellcheck shell=bash

breaker_tool() {
	env -i PROGRAM_NAME="./hotel breaker" PATH="$PATH" LC_ALL=C.UTF-8 HOTEL_RUN_DIR="$STATE/run" "$BUILD/bin/hotel-breaker" "$@"
}

# The lines of breakers that are not closed; none if book was never started or is not built.
breakers_not_closed() {
	local breakers
	breakers=$(breaker_tool status 2>/dev/null) || return 0
	awk '$2 != "closed"' <<<"$breakers"
}
