# SPDX-License-Identifier: MIT
# secrets - list or replace the passwords and keys of this instance
#
# Usage: ./hotel secrets
#        ./hotel secrets list
#        ./hotel secrets rotate [NAME...] [--now]
#        ./hotel secrets forget booking-key
#
# `up` makes the secrets: random, each in a file of the state folder that only its owner can read. list, also
# without arguments, shows their names, since when they are in use, and what for; it shows no secret.
#
# rotate replaces the named ones, or all but erlang-cookie, while bookings go on: MariaDB takes the old and
# the new password until the programs that use it have been replaced, as ./hotel restart does, and then the
# new one alone. Workers that log in to RabbitMQ are replaced, so events are delayed for a moment. Keys of
# tokens are replaced as by ./hotel keys rotate. New keys of bookings are made with the new booking-key; those
# in mails of before go on opening their bookings until forget ends them, and until then it is not replaced
# again. erlang-cookie stops RabbitMQ for some seconds; events wait meanwhile. A replacement that was
# interrupted is finished by the same command; ./hotel doctor names it.
#
# Passwords of consumers of other systems: ./hotel consumer rotate NAME. Passwords of accounts: ./hotel
# account password. What others give to us, such as the password at a mail server and the certificate of
# HTTPS, is replaced in its file (docs/runbook.md).
#
# Options:
#   --now  old keys of tokens and of bookings end at once, for secrets that somebody else has seen: links in
#          mails of before open nothing any more. otp-key is replaced also while keys of one-time codes
#          cannot be read, which gives these up
#
# Examples:
#   ./hotel secrets rotate                      once a year, or when somebody leaves
#   ./hotel secrets rotate db-book amqp-book
#   ./hotel secrets rotate booking-key --now    it was seen
#
# Exit codes: 0 done; 1 not done, with the reason; 2 wrong use; 75 another ./hotel is running.

# shellcheck shell=bash

command_main() {
	local action=${1:-list}
	(($# == 0)) || shift
	"secrets_$action" "$@"
}

secrets_list() {
	local name since
	state_require
	rotation_list
	[[ ! -d $STATE/consumers ]] || find "$STATE/consumers" -type f ! -name '*.new' \
		-printf "%f\t%TY-%Tm-%Td\n" | sort | while IFS=$'\t' read -r name since; do
		printf '%-14s %s  password at RabbitMQ of a consumer; replace it with: %s\n' "$name" "$since" "$(hotel_command consumer rotate "$name")"
	done
}

secrets_rotate() {
	local name
	for name in "$@"; do
		secrets_require "$name"
	done
	secrets_ready
	secrets_replace "$@"
}

secrets_forget() {
	secrets_ready
	secrets_end_before
}

secrets_require() {
	local names
	mapfile -t names < <(rotation_names)
	contains "$1" "${names[@]}" ||
		usage_error "unknown secret: $1$(did_you_mean "$1" "${names[@]}"); list them with: $(hotel_command secrets)"
}

# Everything that is logged in to has to run: a password that counts nowhere would stop its programs.
secrets_ready() {
	instance_require
	build_locate
	mariadb_ready || fail "MariaDB is down; start it with: $(hotel_command start mariadb)"
	rabbitmq_ready || fail "RabbitMQ is down; start it with: $(hotel_command start rabbitmq)"
	processes_refresh
}
