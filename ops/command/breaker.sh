# breaker - the breakers between book and pay: see them, force them open, close them
#
# Usage: ./hotel breaker status [--json]
#        ./hotel breaker open
#        ./hotel breaker close
#
# status shows two: pay, for what guests ask now, and settler, for books that are held. They open
# and close by themselves (HOTEL_BREAKER_FAILURES, HOTEL_BREAKER_OPEN_MS).
# open forces both open, at once in all processes: pay is not called at all, not by a probe either,
# and bookings are held (202) as if it were away. That stays so, over restarts too, until close.
# Holds run out meanwhile (HOTEL_HOLD_S). close also closes one that opened by itself, and forgets
# its failures. Both work while the system is down, too.
#
# Examples:
#   ./hotel breaker open       before pay is taken away for a while: no guest waits for it
#   ./hotel breaker close      held books are paid within seconds
#
# Exit codes: 0 done; 1 there is no breaker yet, as book was never started; 2 wrong use.

# shellcheck shell=bash

command_main() {
	(($# > 0)) || usage_show breaker
	state_require
	build_locate
	[[ -x $BUILD/bin/hotel-breaker ]] || fail "the programs are not built; build them with: $(again up)"
	breaker_tool "$@"
}
