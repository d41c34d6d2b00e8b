# SPDX-License-Identifier: MIT
# rotation - replaces secrets while everything runs, for ./hotel secrets and compose/secrets: first what is logged in
# to takes the new one beside the old one, then the programs are replaced, then the new one alone counts.
#
# The command that sources this must define these functions first:
#
#	rotate_programs PROGRAM...   replace programs, which read their secrets when they start
#	secret_text NAME             print a secret
#	database_administrator       print the user of db-root
#	database_hosts USER          print the hosts that the user may come from
#	database_run                 run the statements on standard input as that administrator
#	database_log                 print where MariaDB logs its errors
#	broker_define                have RabbitMQ take the passwords that are in place
#	token_key_rotate CONTEXT     replace a key of tokens
#	otp_keys_seal                encrypt the keys of one-time codes with the first word of their secret, and print
#	                             what `account seal` says
#	secrets_command ARGUMENT...  print the line to type for these arguments
#	secrets_step WORDS           say what was done
#	audit_write WHAT NAME        write into the audit what was done
#
# The files of secrets are handled by ops/lib/secrets.sh, rotation_begun to otp_key_word, or by functions of the
# command that have these names.
# shellcheck shell=bash

require_functions shared/rotation rotate_programs secret_text database_administrator database_hosts database_run \
	database_log broker_define token_key_rotate otp_keys_seal secrets_command secrets_step

# secrets_replace [NAME...]: replaces these, or all whose replacement stops no server.
secrets_replace() {
	local name names=("$@")
	(($# > 0)) || mapfile -t names < <(rotation_usual)
	if (($# == 0)) && [[ -z ${OPTION[--now]:-} && -n $(booking_key_word 2) ]] && ! rotation_begun booking-key; then
		names=("${names[@]/booking-key/}")
		secrets_step "booking-key stays: the one before still counts, until $(secrets_command forget booking-key)"
	fi
	for name in "${names[@]}"; do
		[[ -n $name ]] || continue
		rotate "$name"
		audit_write secret-rotated "$name"
		secrets_step "$name is replaced"
	done
}

# Ends the keys of bookings from before.
secrets_end_before() {
	booking_key_forget
	audit_write secret-rotated "booking-key, the one before"
	secrets_step "keys of bookings from before count no longer"
}

# rotate NAME: replaces one secret; --now in OPTION ends the old one at once where it otherwise goes on counting.
rotate() {
	case $1 in
	db-*) rotate_database "$1" ;;
	amqp-*) rotate_broker "$1" ;;
	booking-key) rotate_booking_key ;;
	otp-key) rotate_otp_key ;;
	key-*) token_key_rotate "${1#key-}" || fail "the key of ${1#key-} was not replaced" ;;
	erlang-cookie) rotate_cookie ;;
	esac
}

# ---- MariaDB: a user may have two passwords ----

rotate_database() {
	local new user=hotel_${1#db-}
	[[ $1 != db-root ]] || user=$(database_administrator)
	if ! rotation_begun "$1"; then
		new=$(secret_random)
		database_passwords "$user" "$new" "$(secret_text "$1")"
		printf '%s' "$new" | rotation_place "$1" || fail "$1 was not replaced; MariaDB takes both passwords"
	fi
	! contains "${1#db-}" "${CONTEXTS[@]}" || rotate_programs "fcgi-${1#db-}" "worker-${1#db-}"
	database_passwords "$user" "$(secret_text "$1")"
	rotation_end "$1"
}

# database_passwords USER PASSWORD...: the passwords that count from now on. The first is the one that
# hotel-migrate sees.
database_passwords() {
	local user=$1 password host hosts either=VIA how=
	shift
	hosts=$(database_hosts "$user")
	[[ -n $hosts ]] || fail "MariaDB has no user $user"
	for password in "$@"; do
		[[ -n $password ]] || fail "the password of $user cannot be read; MariaDB takes the same ones as before"
		how+=" $either mysql_native_password USING PASSWORD($(sql_text "$password"))"
		either=OR
	done
	for host in $hosts; do
		printf "ALTER USER '%s'@'%s' IDENTIFIED%s;\n" "$user" "$host" "$how"
	done | database_run >/dev/null 2>&1 || fail "MariaDB did not take a new password of $user; see $(database_log)"
}

sql_text() {
	local text=${1//\\/\\\\}
	printf "'%s'" "${text//\'/\'\'}"
}

# ---- RabbitMQ: connections stay, and workers log in again when they are replaced ----

rotate_broker() {
	rotation_begun "$1" || secret_random | rotation_place "$1" || fail "$1 was not replaced"
	broker_define
	! contains "${1#amqp-}" "${QUEUES[@]}" || rotate_programs "worker-${1#amqp-}"
	rotation_end "$1"
}

# ---- secrets of two words ----

# rotation_word NAME N: prints a word of a secret; fails if the first is not there. Nothing is decided by an answer
# that did not come, and in an argument or in [[ ]] its failure would be none: its callers take it into a variable.
rotation_word() {
	local word
	case $1 in
	booking-key) word=$(booking_key_word "$2") ;;
	otp-key) word=$(otp_key_word "$2") ;;
	esac || return 1
	[[ -n $word || $2 != 1 ]] || return 1
	printf '%s' "$word"
}

# words_read NAME: sets FIRST and SECOND, which is empty if there is only one.
words_read() {
	local why="$1 cannot be read; it stays as it is until this command is repeated"
	FIRST=$(rotation_word "$1" 1) || fail "$why"
	SECOND=$(rotation_word "$1" 2) || fail "$why"
}

# word_add NAME: adds a word; the one before stays the first.
word_add() {
	local new
	new=$(secret_random) || fail "no random numbers"
	printf '%s %s' "$FIRST" "$new" | rotation_place "$1" || fail "$1 was not replaced"
}

# word_advance NAME PROGRAM...: makes the word that was added the first, once all programs know it.
word_advance() {
	local name=$1 before
	shift
	words_read "$name"
	before=$(rotation_before "$name") || before=
	[[ -n $before ]] ||
		fail "the $name of before cannot be read; both words count until this command is repeated"
	[[ -n $SECOND && $FIRST == "$before" ]] || return 0
	printf '%s %s' "$SECOND" "$FIRST" | rotation_correct "$name" ||
		fail "$name was not replaced; both words count until this command is repeated"
	rotate_programs "$@"
}

# ---- the keys of bookings: the first word makes them, all words count ----

# All holders know the new word before the first makes keys with it, so every key counts at every moment.
rotate_booking_key() {
	if [[ -n ${OPTION[--now]:-} ]]; then
		secret_random | rotation_place booking-key || fail "booking-key was not replaced"
	elif ! rotation_begun booking-key; then
		words_read booking-key
		[[ -z $SECOND ]] ||
			fail "the secret before still opens bookings; end it first: $(secrets_command forget booking-key)"
		word_add booking-key
	fi
	rotate_programs "${BOOKING_KEY_HOLDERS[@]}"
	word_advance booking-key "${BOOKING_KEY_HOLDERS[@]}"
	rotation_end booking-key
}

# Keys that were made before the last replacement open nothing from now on.
booking_key_forget() {
	! rotation_begun booking-key ||
		fail "its replacement was interrupted; end that first: $(secrets_command rotate booking-key)"
	words_read booking-key
	[[ -n $SECOND ]] || fail "there is no secret before that counts"
	printf '%s' "$FIRST" | rotation_place booking-key || fail "booking-key was not replaced; both words count"
	rotate_programs "${BOOKING_KEY_HOLDERS[@]}"
	rotation_end booking-key
}

# ---- keys of one-time codes: the first word encrypts, all words decrypt ----

# All holders know the new word before the first encrypts with it; the old one goes when nothing is encrypted with
# it any more.
rotate_otp_key() {
	if ! rotation_begun otp-key; then
		words_read otp-key
		word_add otp-key
	fi
	rotate_programs "${OTP_KEY_HOLDERS[@]}"
	word_advance otp-key "${OTP_KEY_HOLDERS[@]}"
	otp_keys_seal_all
	words_read otp-key
	if [[ -n $SECOND ]]; then
		printf '%s' "$FIRST" | rotation_correct otp-key ||
			fail "otp-key was not replaced; both words count until this command is repeated"
		rotate_programs "${OTP_KEY_HOLDERS[@]}"
	fi
	rotation_end otp-key
}

# Keys that cannot be read may be so only because a secret is missing for now, so the old word stays; --now gives
# them up.
otp_keys_seal_all() {
	local said
	said=$(otp_keys_seal) ||
		fail "the keys of one-time codes could not be encrypted anew; both secrets count until this command is repeated"
	[[ $said != *"are sealed with a secret that is not there"* || -n ${OPTION[--now]:-} ]] ||
		fail "of the keys of one-time codes $(tail -n 1 <<<"$said"). Both secrets count until this command is repeated: with the missing word added to the file, with new factors for these accounts, or with --now, which gives their keys up"
}
