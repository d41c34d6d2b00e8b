# SPDX-License-Identifier: MIT
# secrets - a file for each secret, created once from /dev/urandom, readable by the owner only.
# shellcheck shell=bash

secrets_make() {
	local context
	for context in "${CONTEXTS[@]}"; do
		secret_make "db-$context"
	done
	for context in "${QUEUES[@]}"; do
		secret_make "amqp-$context"
	done
	secret_make db-check
	secret_make db-root
	secret_make amqp-check
	secret_make amqp-operator
	secret_make booking-key
	secret_make otp-key
	secret_make erlang-cookie
}

secret_make() {
	local file=$STATE/secrets/$1
	[[ -s $file ]] && return
	secret_random | state_write "$file"
}

# 192 random bits, as letters, digits, - and _.
secret_random() {
	head -c 24 /dev/urandom | base64 -w0 | tr '+/' '-_'
}

# keys_tool ARGUMENT...: makes, lists, replaces and uses the keys that tokens are signed with.
keys_tool() {
	env -i PROGRAM_NAME="./hotel keys" PATH="$PATH" LC_ALL=C.UTF-8 HOTEL_ISSUER="$(issuer)" \
		"$BUILD/bin/hotel-keys" "$@"
}

# Makes the keys that are missing: the private halves are secrets, the public ones every program has.
keys_make() {
	keys_tool make "$STATE/secrets" "$STATE/keys" "${KEY_NAMES[@]}" || fail "cannot make the keys of tokens"
}

# The secret of the version before counts until all programs have been replaced.
service_token_is_old() {
	[[ -e $STATE/secrets/service-token ]]
}

service_token_forget() {
	rm -f -- "$STATE/secrets/service-token"
}

# RabbitMQ's password hash: base64 of a 4-byte salt and sha256(salt + password). The salt is derived
# from the secret, so that the definitions do not change as long as the secret does not.
broker_password_hash() {
	local secret salt
	secret=$(<"$STATE/secrets/$1")
	salt=$(printf 'salt of %s' "$secret" | sha256sum | cut -c1-8)
	{
		bytes_of "$salt"
		{
			bytes_of "$salt"
			printf '%s' "$secret"
		} | sha256sum | cut -c1-64 | { read -r digest && bytes_of "$digest"; }
	} | base64 -w0
}

# Decodes hexadecimal digits to bytes.
bytes_of() {
	local hex=$1 escaped=
	while [[ -n $hex ]]; do
		escaped+="\\x${hex:0:2}"
		hex=${hex:2}
	done
	printf '%b' "$escaped"
}

# ---- replacing them ----
#
# A secret is the file secrets/NAME. While programs are replaced, what they log in to takes the old one as well,
# and secrets/NAME.old says that a replacement has begun: begun again, it goes on there, and makes no second one.

# "NAME MEANING" of each secret that can be replaced, with a tab between.
rotation_table() {
	local context
	for context in "${CONTEXTS[@]}"; do
		printf 'db-%s\tpassword of %s at MariaDB\n' "$context" "$context"
	done
	printf 'db-check\tpassword at MariaDB of check, trace and audit, which only read\n'
	printf 'db-root\tpassword of the administrator of MariaDB\n'
	for context in "${QUEUES[@]}"; do
		printf 'amqp-%s\tpassword of %s at RabbitMQ\n' "$context" "$context"
	done
	printf 'amqp-check\tpassword at RabbitMQ of check, which only reads\n'
	printf 'amqp-operator\tpassword at RabbitMQ of dead, backup and restore\n'
	printf 'booking-key\twhat the keys of bookings are made with\n'
	printf 'otp-key\twhat keys of one-time codes are encrypted with\n'
	for context in "${KEY_NAMES[@]}"; do
		printf 'key-%s\tprivate key of the tokens of %s\n' "$context" "$context"
	done
	printf 'erlang-cookie\twhat the tools of RabbitMQ show to it\n'
}

rotation_names() {
	rotation_table | cut -f1
}

# What replaces without a command of its own every secret: all but those that stop a server.
rotation_usual() {
	rotation_names | grep -vx erlang-cookie
}

# A line a secret: name, since when it is in use, and what for.
rotation_list() {
	local name meaning
	while IFS=$'\t' read -r name meaning; do
		[[ ! -s $STATE/secrets/$name ]] || printf '%-14s %s  %s\n' "$name" "$(date -u -r "$STATE/secrets/$name" +%F)" \
			"$meaning$(rotation_note "$name")"
	done < <(rotation_table)
}

rotation_note() {
	if rotation_begun "$1"; then
		printf '; its replacement was interrupted'
	elif [[ $1 == booking-key && -n $(booking_key_word 2) ]]; then
		printf '; the one before counts, too'
	fi
}

# rotation_begun NAME: whether a replacement was interrupted after the new secret was in place.
rotation_begun() {
	[[ -e $STATE/secrets/$1.old ]] || return 1
	! cmp -s -- "$STATE/secrets/$1.old" "$STATE/secrets/$1" || rm -f -- "$STATE/secrets/$1.old"
	[[ -e $STATE/secrets/$1.old ]]
}

# rotation_place NAME: puts the secret on standard input in place, and keeps the one before as NAME.old. Fails, and
# leaves everything, if none comes: what should have printed it failed.
rotation_place() {
	local file=$STATE/secrets/$1 text
	text=$(rotation_given) || return 1
	state_write "$file.next" < <(printf '%s' "$text") || return 1
	state_write "$file.old" <"$file" || return 1
	sync -- "$file.next" "$file.old" || return 1
	mv -f -- "$file.next" "$file"
}

rotation_given() {
	local text
	text=$(cat)
	[[ $text == *[![:space:]]* ]] || return 1
	printf '%s' "$text"
}

rotation_end() {
	sync -- "$STATE/secrets"
	rm -f -- "$STATE/secrets/$1.old"
}

# rotation_before NAME: prints the first word of the one before.
rotation_before() {
	awk '{ print $1; exit }' "$STATE/secrets/$1.old"
}

# rotation_correct NAME: puts the secret on standard input in place while its replacement is under way. Fails as
# rotation_place does.
rotation_correct() {
	local text
	text=$(rotation_given) || return 1
	state_write "$STATE/secrets/$1" < <(printf '%s' "$text")
}

# booking_key_word N: of the secret of the keys of bookings: the first word makes them, all words count.
booking_key_word() {
	awk -v n="$1" '{ printf "%s", $n; exit }' "$STATE/secrets/booking-key"
}

# otp_key_word N: of the secret of the keys of one-time codes: the first word encrypts, all words decrypt.
otp_key_word() {
	awk -v n="$1" '{ printf "%s", $n; exit }' "$STATE/secrets/otp-key"
}
