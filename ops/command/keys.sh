# SPDX-License-Identifier: MIT
# keys - list or replace the keys that tokens are signed with
#
# Usage: ./hotel keys
#        ./hotel keys list
#        ./hotel keys rotate [KEY] [--now]
#
# account signs the access tokens of people; room, book and operator sign the tokens with which they call
# other services. `up` makes the keys. The private halves are files in the state folder's secrets, which
# only the owner can read; every program has the public ones.
#
# list, also without arguments, shows each public key: whose it is, its id, since when, and whether it
# signs, or only verifies, and until when. rotate replaces one KEY, or all of them: the new key is
# published first and used three seconds later, and the old one verifies until its last token has
# expired. So nobody is logged out, and nothing is restarted.
#
# Options:
#   --now  tokens of the old keys end at once, for a key that somebody else has seen; browsers that are
#          signed in get new ones by themselves
#
# Examples:
#   ./hotel keys rotate                 once in a while
#   ./hotel keys rotate account --now   the key of access tokens was seen
#
# Exit codes: 0 done; 1 a file cannot be read or written; 2 wrong use; 75 another ./hotel is running.

# shellcheck shell=bash

command_main() {
	local name action=${1:-list} names=("${KEY_NAMES[@]}")
	(($# < 2)) || names=("$2")
	state_require
	[[ $action == list ]] || state_lock
	restore_require_complete
	settings_load
	build_locate
	[[ -x $BUILD/bin/hotel-keys ]] || fail "the programs are not built; build them with: $(hotel_command up)"
	keys_tool "$action" "${GIVEN[@]}" "$STATE/secrets" "$STATE/keys" "${names[@]}"
	[[ $action != list ]] || return 0
	for name in "${names[@]}"; do
		audit_write key-rotated "$name"
	done
	step keys "replaced: ${names[*]}"
}
