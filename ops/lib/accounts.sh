# SPDX-License-Identifier: MIT
# accounts - the accounts of this instance, as ./hotel needs them: those of the demonstration, and whose a token
# is; and what ./hotel itself writes into the audit.
# shellcheck shell=bash

# The accounts that `up` makes in demo mode; each is NAME@demo.example.
readonly DEMO_ACCOUNTS=(guest host operator)

# account_tool COMMAND ARGUMENT...: ./hotel account, without its checks.
account_tool() {
	local environment
	mapfile -t environment < <(program_environment fcgi-account)
	(exec_clean PROGRAM_NAME="./hotel account" PATH="$PATH" LC_ALL=C.UTF-8 "${environment[@]}" HOTEL_LOG_LEVEL=error \
		"$BUILD/bin/hotel-account" "$@")
}

# audit_write key-rotated|secret-rotated NAME: writes into the audit what this command has done; that it cannot be
# written undoes nothing, so it is said.
audit_write() {
	local environment
	mapfile -t environment < <(program_environment fcgi-account)
	(exec_clean PROGRAM_NAME="./hotel audit" PATH="$PATH" LC_ALL=C.UTF-8 "${environment[@]}" HOTEL_LOG_LEVEL=error \
		"$BUILD/bin/hotel-audit" add "$@" 2>/dev/null) ||
		warn "$1 $2 could not be written into the audit; MariaDB has to run for that"
}

# Makes the demo accounts that are missing; their passwords are files that only the owner can read.
demo_accounts_make() {
	local name file made
	[[ ${SETTING[HOTEL_DEMO]} == on ]] || return 0
	for name in "${DEMO_ACCOUNTS[@]}"; do
		file=$STATE/secrets/demo-$name
		[[ ! -s $file ]] || continue
		made=$(demo_account_make "$name" 2>/dev/null) || {
			warn "the demo account $name was not made; try again with: $(hotel_command up)"
			return 0
		}
		state_write "$file" <<<"$made"
	done
}

# One that exists, because its file was removed, gets a new password.
demo_account_make() {
	local role=()
	[[ $1 == guest ]] || role=(--role "$1")
	account_tool add "$1@demo.example" --name "Demo $1" "${role[@]}" || account_tool password "$1@demo.example"
}

# account_find NAME: prints the number and the roles, with commas between, of an account by its number, its
# e-mail address, or the name of a demo account; fails if there is none.
account_find() {
	local name=$1 line
	! contains "$name" "${DEMO_ACCOUNTS[@]}" || name=$name@demo.example
	line=$(account_tool list --json | sed 's/},{/}\n{/g' | grep -F -e "\"id\":$name," -e "\"email\":\"$name\"") || return 1
	sed -n 's/.*"id":\([0-9]*\),.*"roles":\[\([^]]*\)\].*/\1 \2/p' <<<"$line" | tr -d '"'
}
