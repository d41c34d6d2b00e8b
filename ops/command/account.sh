# SPDX-License-Identifier: MIT
# account - make accounts, give them roles, passwords and second factors, and delete them
#
# Usage: ./hotel account add EMAIL [--name NAME] [--role ROLE]
#        ./hotel account adopt ID EMAIL [--name NAME] [--role ROLE]
#        ./hotel account list [--role ROLE] [--json]
#        ./hotel account role EMAIL ROLE [--remove]
#        ./hotel account password EMAIL
#        ./hotel account second-factor EMAIL [--remove]
#        ./hotel account erase EMAIL
#        ./hotel account seal
#
# Operators are made here only, never over HTTP. Passwords are random and printed once; an operator gets a
# second factor, too, and cannot act as one without it. adopt gives the account of a guest or host from
# before accounts its number, so that its bookings and rooms are its own. Taking a role, and a new password,
# end the account's sessions. erase deletes an account and has the contacts of its bookings erased everywhere;
# stays to come, unpaid bookings and open rooms keep it, and are listed. seal encrypts keys of one-time codes
# with the present secret, which worker-account does by itself.
#
# Options:
#   --name NAME  what the owner is called; the beginning of the e-mail if it is not given
#   --role ROLE  host or operator
#   --remove     take the role, or the second factor
#   --json       print an array of accounts, each as GET /accounts/me has it, without links
#
# Examples:
#   ./hotel account add kim@example.com --role operator
#   ./hotel account adopt 42 mina@example.com
#   ./hotel account role lee@example.com host
#
# Exit codes: 0 done; 1 it cannot be done; 2 wrong use; 75 the database, room or book is down: run the command
# again.

# shellcheck shell=bash

command_main() {
	local environment
	state_exists || usage_error "there is no instance in $STATE; create it with: $(hotel_command up)"
	settings_load
	instance_require_up 75
	servers_hint mariadb
	build_locate
	mapfile -t environment < <(program_environment fcgi-account)
	exec_clean PROGRAM_NAME="./hotel account" PATH="$PATH" LC_ALL=C.UTF-8 "${environment[@]}" HOTEL_LOG_LEVEL=error \
		HOTEL_SERVICE_KEY_FILE="$STATE/secrets/key-operator" \
		"$BUILD/bin/hotel-account" "$@" "${GIVEN[@]}"
}
