# SPDX-License-Identifier: MIT
# rebuild - rebuild a view from its owners while it serves
#
# Usage: ./hotel rebuild mypage [--force]
#
# Fills a copy of the view with what room, book and pay have, while new events go into both. So even a
# lost view is restored completely, and an event that never happened is left out. Then the copy and the
# view are compared row by row and swapped in one statement: readers never see an empty or an older
# view. If the view has rows that their owner does not know, or in a newer version than it has, or that
# differ at the same version, they are shown and nothing is changed. If an owner is down, nothing is
# changed, and the output says what to start. An interrupted rebuild changes nothing; run it again.
#
# Options:
#   --force  swap even if rows would be lost or differ
#
# Examples:
#   ./hotel rebuild mypage
#
# Exit codes: 0 done; 1 refused, or another rebuild is running; 2 wrong use; 3 a server is down.

# shellcheck shell=bash

command_main() {
	local environment
	state_require
	settings_load
	instance_require_up 3
	servers_hint mariadb
	build_locate
	exec 8>"$STATE/run/rebuild.lock"
	flock -n 8 || fail "another rebuild or a backup is running"
	mapfile -t environment < <(schema_environment mypage)
	exec_clean PROGRAM_NAME="./hotel rebuild" PATH="$PATH" LC_ALL=C.UTF-8 "${environment[@]}" "$BUILD/bin/hotel-rebuild" "$@" "${GIVEN[@]}"
}
