# SPDX-License-Identifier: MIT
# rotation - replaces the secrets of this instance while it runs: what ops/shared/rotation.sh needs here.
# shellcheck shell=bash

# rotate_programs PROGRAM...: each reads the new secret at its start. One that an operator stopped reads it later.
rotate_programs() {
	local program
	for program in "$@"; do
		stopped_on_purpose "$program" || name_restart "$program"
	done
}

secret_text() {
	cat -- "$STATE/secrets/$1"
}

database_administrator() {
	id -un
}

database_hosts() {
	echo localhost
}

database_run() {
	mariadb_admin
}

database_log() {
	printf '%s' "$STATE/log/mariadb.log"
}

broker_define() {
	rabbitmq_configure
	rabbitmq_apply_definitions
}

token_key_rotate() {
	keys_tool rotate "${GIVEN[@]}" "$STATE/secrets" "$STATE/keys" "$1"
}

otp_keys_seal() {
	account_tool seal
}

secrets_command() {
	hotel_command secrets "$@"
}

secrets_step() {
	step secrets "$1"
}

# The server and its tools have to show each other the same one, so the server is stopped in between.
rotate_cookie() {
	names_stop rabbitmq
	secret_random | state_write "$STATE/secrets/erlang-cookie"
	rabbitmq_configure
	processes_refresh
	name_start rabbitmq
	names_await rabbitmq
	rabbitmq_apply_definitions
}

# shellcheck source=../shared/rotation.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/../shared/rotation.sh"
