# rebuild - make a view anew from history and its owners while it serves, put it in place at once
#
# Usage: ./hotel rebuild mypage [--force]
#
# A copy of the view is filled from history, beside the one that serves; what happens meanwhile goes
# into both. What history does not reach back to comes from room, book and pay, which are asked for
# all they know: so even a view that is lost comes back whole. Then the two are compared row by row
# and exchanged in one statement: no reader sees an empty or an older view. Rows that nobody else
# knows, or that differ at the same version, are shown and nothing is changed, unless --force is
# given: then the copy is right. If an owner or the broker is away, nothing is changed, and it says
# what to start. Interrupted anywhere, it changes nothing either; run it again.
#
# Examples:
#   ./hotel rebuild mypage
#
# Exit codes: 0 done; 1 refused, or another rebuild is at work; 2 wrong use; 3 a server is away.

# shellcheck shell=bash

command_main() {
	local environment
	(($# > 0)) || usage_show rebuild
	state_require
	settings_load
	instance_require_up 3
	build_locate
	exec 8>"$STATE/run/rebuild.lock"
	flock -n 8 || fail "another rebuild is at work"
	mapfile -t environment < <(schema_environment mypage)
	become PROGRAM_NAME="./hotel rebuild" PATH="$PATH" LC_ALL=C.UTF-8 "${environment[@]}" "$BUILD/bin/hotel-rebuild" "$@"
}
