# SPDX-License-Identifier: MIT
# breaker - show, open or close the circuit breakers between book and pay
#
# Usage: ./hotel breaker [--json]
#        ./hotel breaker status [--json]
#        ./hotel breaker open
#        ./hotel breaker close
#
# There are two circuit breakers: pay, for the requests of guests, and settler, for held bookings.
# They open and close by themselves (HOTEL_BREAKER_FAILURES, HOTEL_BREAKER_OPEN_MS).
#
# status, also without arguments, shows both. open forces both open, in all processes immediately: pay is not called at all,
# not even by a probe, and bookings are held (202) until close, also after a restart. Holds still
# expire (HOTEL_HOLD_S). close also closes a breaker that opened by itself, and resets its failure
# count. open and close also work while the system is down.
#
# Options:
#   --json  print JSON instead of a table
#
# Examples:
#   ./hotel breaker open       before maintenance of pay, so that no guest waits for it
#   ./hotel breaker close      held bookings are paid within seconds
#
# Exit codes: 0 done; 1 there is no breaker yet, because book was never started; 2 wrong use.

# shellcheck shell=bash

command_main() {
	(($# > 0)) || set -- status
	state_require
	build_locate
	[[ -x $BUILD/bin/hotel-breaker ]] || fail "the programs are not built; build them with: $(hotel_command up)"
	breaker_tool "$@" "${GIVEN[@]}"
}
