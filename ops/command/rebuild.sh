# rebuild - make a view anew from history while it serves, and put it in place at once
#
# Usage: ./hotel rebuild mypage [--force]
#
# A copy of the view is filled from history, beside the one that serves; what happens meanwhile goes
# into both. What history does not reach back to is taken from the present view. Then the two are
# compared row by row and exchanged in one statement: no reader sees an empty or an older view.
# Rows of the same version that differ are shown and nothing is changed, unless --force is given:
# then history is right. Interrupted anywhere, it changes nothing; run it again.
#
# Examples:
#   ./hotel rebuild mypage
#
# Exit codes: 0 done; 1 refused, or another rebuild is at work; 2 wrong use; 3 a server is away.

# shellcheck shell=bash

command_main() {
	local environment
	state_require
	settings_load
	build_locate
	exec 8>"$STATE/run/rebuild.lock"
	flock -n 8 || fail "another rebuild is at work"
	mapfile -t environment < <(schema_environment mypage)
	exec env -i PATH="$PATH" LC_ALL=C.UTF-8 "${environment[@]}" "$BUILD/bin/hotel-rebuild" "$@"
}
