# SPDX-License-Identifier: MIT
# audit - show who did what, from where and when: sign-ins, refusals, changes of passwords, roles and keys
#
# Usage: ./hotel audit [--since TIME] [--who ID] [--what WORD] [--json]
#
# Shows, in the order of time, who signed in and out and who was refused, which passwords, second factors and
# roles were changed, who made an account, cancelled a booking, or replaced a key or another secret, and what
# operators read of others. Each line has the time in UTC, the context that wrote it, what happened and how it
# ended, who did it and in which role, the address, and what it was about. It has no e-mail addresses,
# passwords, tokens or keys: accounts are numbers (./hotel account list has them). Of a refused sign-in, JSON
# has a hash of the e-mail: printf %s EMAIL | sha256sum gives the same.
#
# The entries are kept for HOTEL_AUDIT_DAYS. Refusals are written 60 times a minute at most, by each program and
# kind; the next entry says how many were left out.
#
# Options:
#   --since TIME  only entries of TIME or later: 30s, 10m, 2h or 3d ago, or 2027-05-05T12:00:00Z (default: 1d)
#   --who ID      only what the account with this number did, or what was done to it
#   --what WORD   only entries of this kind: sign-in, sign-out, session-ended, token-reused, password-changed,
#                 password-reset, email-asked, email-changed, second-factor-on, second-factor-off, sign-in-linked,
#                 sign-in-unlinked, account-made, account-deleted, role-given, role-taken, booking-cancelled,
#                 operator-read, refused, key-rotated or secret-rotated
#   --json        print an array of {"at", "context", "what", "outcome", "who", "role", "name", "address",
#                 "requestId", "subject", "subjectId", "detail", "emailHash", "missed"}
#
# Examples:
#   ./hotel audit --since 10m
#   ./hotel audit --since 30d --what operator-read
#   ./hotel audit --json --what refused | jq -r '.[].address' | sort | uniq -c
#
# Exit codes: 0 shown; 1 failed; 2 wrong use; 75 the database is down: run the command again.

# shellcheck shell=bash

command_main() {
	local environment
	state_exists || usage_error "there is no instance in $STATE; create it with: $(hotel_command up)"
	settings_load
	instance_require_up 75
	servers_hint mariadb
	build_locate
	mapfile -t environment < <(check_environment)
	audit_since_complete
	exec_clean PROGRAM_NAME="./hotel audit" PATH="$PATH" LC_ALL=C.UTF-8 "${environment[@]}" HOTEL_LOG_LEVEL=error \
		"$BUILD/bin/hotel-audit" "${GIVEN[@]}"
}

# A date is an instant for the program.
audit_since_complete() {
	local i at
	for ((i = 0; i + 1 < ${#GIVEN[@]}; i++)); do
		[[ ${GIVEN[i]} == --since && ${GIVEN[i + 1]} != *[smhd] ]] || continue
		at=$(date -u -d "${GIVEN[i + 1]}" +%FT%T.000Z 2>/dev/null) || usage_error "--since: there is no such time: ${GIVEN[i + 1]}"
		GIVEN[i + 1]=$at
	done
}
