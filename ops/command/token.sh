# SPDX-License-Identifier: MIT
# token - print an access token
#
# Usage: ./hotel token ID [--role ROLES]
#
# Signs an access token for the account with this number, for 15 minutes, as if it had signed in: send it
# as Authorization: Bearer. Without --role the token has the role guest.
#
# Options:
#   --role ROLES  the roles of the token, with commas between: guest, host, operator
#
# Examples:
#   ./hotel token 42
#   ./hotel token 7 --role guest,host
#   curl -H "Authorization: Bearer $(./hotel token 42)" http://127.0.0.1:8080/books
#
# Exit codes: 0 printed; 1 the key cannot be read; 2 wrong use.

# shellcheck shell=bash

command_main() {
	local roles
	IFS=, read -ra roles <<<"${OPTION[--role]:-guest}"
	state_require
	restore_require_complete
	settings_load
	build_locate
	[[ -x $BUILD/bin/hotel-keys ]] || fail "the programs are not built; build them with: $(hotel_command up)"
	keys_tool token "$STATE/secrets" "$1" "${roles[@]}"
}
