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
