# SPDX-License-Identifier: MIT
# token - print an access token
#
# Usage: ./hotel token ACCOUNT [--role ROLES]
#
# Signs an access token for an account, for 15 minutes, as if it had signed in: send it as Authorization:
# Bearer. ACCOUNT is an e-mail address, a number, or guest, host or operator for the accounts that `up`
# makes in demo mode. The token has the roles of the account. With --role the account is a number, which
# need not be known, and the token has these roles.
#
# Options:
#   --role ROLES  the roles of the token, with commas between: guest, host, operator
#
# Examples:
#   ./hotel token host
#   ./hotel token 42 --role guest
#   curl -H "Authorization: Bearer $(./hotel token guest)" http://127.0.0.1:8080/books
#
# Exit codes: 0 printed; 1 there is no such account, or the key cannot be read; 2 wrong use; 75 the database
# is down: run the command again.

# shellcheck shell=bash

token_roles_require() {
	local role
	for role in ${1//,/ }; do
		[[ $role == @(guest|host|operator) ]] ||
			usage_error "--role: \"$role\" is not a role$(did_you_mean "$role" guest host operator); there are: guest host operator"
	done
}

command_main() {
	local id=$1 roles=${OPTION[--role]:-} found
	state_require
	restore_require_complete
	settings_load
	build_locate
	[[ -x $BUILD/bin/hotel-keys ]] || fail "the programs are not built; build them with: $(hotel_command up)"
	token_roles_require "$roles"
	if [[ -z $roles ]]; then
		instance_require_up 75
		servers_hint mariadb
		found=$(account_find "$id") || fail "there is no account $id; ./hotel account list shows all. A number without an account needs --role"
		read -r id roles <<<"$found"
	fi
	IFS=, read -ra roles <<<"$roles"
	keys_tool token "$STATE/secrets" "$id" "${roles[@]}"
}
