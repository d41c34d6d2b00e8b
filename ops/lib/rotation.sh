# SPDX-License-Identifier: MIT
# rotation - replaces the secrets of this instance while it runs.
# shellcheck shell=bash
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

# rotation_begun NAME: whether a replacement was interrupted after the new secret was in place.
rotation_begun() {
	[[ -e $STATE/secrets/$1.old ]] || return 1
	! cmp -s -- "$STATE/secrets/$1.old" "$STATE/secrets/$1" || rm -f -- "$STATE/secrets/$1.old"
	[[ -e $STATE/secrets/$1.old ]]
}

# rotation_place NAME: puts the secret on standard input in place, and keeps the one before as NAME.old.
rotation_place() {
	local file=$STATE/secrets/$1
	state_write "$file.next"
	state_write "$file.old" <"$file"
	sync -- "$file.next" "$file.old"
	mv -f -- "$file.next" "$file"
}

rotation_end() {
	sync -- "$STATE/secrets"
	rm -f -- "$STATE/secrets/$1.old"
}

# rotate NAME: replaces one secret; --now in OPTION ends the old one at once where it otherwise goes on counting.
rotate() {
	case $1 in
	db-*) rotate_database "$1" ;;
	amqp-*) rotate_broker "$1" ;;
	booking-key) rotate_booking_key ;;
	key-*) keys_tool rotate "${GIVEN[@]}" "$STATE/secrets" "$STATE/keys" "${1#key-}" || fail "the key of ${1#key-} was not replaced" ;;
	erlang-cookie) rotate_cookie ;;
	esac
}

# rotate_programs PROGRAM...: each reads the new secret at its start. One that an operator stopped reads it later.
rotate_programs() {
	local program
	for program in "$@"; do
		stopped_on_purpose "$program" || name_restart "$program"
	done
}

# ---- MariaDB: a user may have two passwords ----

rotate_database() {
	local new user=hotel_${1#db-}
	[[ $1 != db-root ]] || user=$(id -un)
	if ! rotation_begun "$1"; then
		new=$(secret_random)
		database_passwords "$user" "$new" "$(<"$STATE/secrets/$1")"
		printf '%s' "$new" | rotation_place "$1"
	fi
	! contains "${1#db-}" "${CONTEXTS[@]}" || rotate_programs "fcgi-${1#db-}" "worker-${1#db-}"
	database_passwords "$user" "$(<"$STATE/secrets/$1")"
	rotation_end "$1"
}

# database_passwords USER PASSWORD...: the passwords that count from now on. The first is the one that
# hotel-migrate sees.
database_passwords() {
	local user=$1 password either=VIA statement
	shift
	statement="ALTER USER '$user'@'localhost' IDENTIFIED"
	for password in "$@"; do
		statement+=" $either mysql_native_password USING PASSWORD($(sql_text "$password"))"
		either=OR
	done
	printf '%s;\n' "$statement" | mariadb_admin >/dev/null 2>&1 || fail "MariaDB did not take a new password of $user; see $STATE/log/mariadb.log"
}

sql_text() {
	local text=${1//\\/\\\\}
	printf "'%s'" "${text//\'/\'\'}"
}

# ---- RabbitMQ: connections stay, and workers log in again when they are replaced ----

rotate_broker() {
	rotation_begun "$1" || secret_random | rotation_place "$1"
	rabbitmq_configure
	rabbitmq_apply_definitions
	! contains "${1#amqp-}" "${QUEUES[@]}" || rotate_programs "worker-${1#amqp-}"
	rotation_end "$1"
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

# ---- the keys of bookings: the first word makes them, all words count ----

# All holders know the new word before the first makes keys with it, so every key counts at every moment.
rotate_booking_key() {
	local file=$STATE/secrets/booking-key
	if [[ -n ${OPTION[--now]:-} ]]; then
		secret_random | rotation_place booking-key
	elif ! rotation_begun booking-key; then
		[[ -z $(booking_key_word 2) ]] ||
			fail "the secret before still opens bookings; end it first: $(hotel_command secrets forget booking-key)"
		printf '%s %s' "$(booking_key_word 1)" "$(secret_random)" | rotation_place booking-key
	fi
	rotate_programs "${BOOKING_KEY_HOLDERS[@]}"
	if [[ -n $(booking_key_word 2) && $(booking_key_word 1) == "$(awk '{ print $1; exit }' "$file.old")" ]]; then
		printf '%s %s' "$(booking_key_word 2)" "$(booking_key_word 1)" | state_write "$file"
		rotate_programs "${BOOKING_KEY_HOLDERS[@]}"
	fi
	rotation_end booking-key
}

# Keys that were made before the last replacement open nothing from now on.
booking_key_forget() {
	! rotation_begun booking-key ||
		fail "its replacement was interrupted; end that first: $(hotel_command secrets rotate booking-key)"
	[[ -n $(booking_key_word 2) ]] || fail "there is no secret before that counts"
	booking_key_word 1 | rotation_place booking-key
	rotate_programs "${BOOKING_KEY_HOLDERS[@]}"
	rotation_end booking-key
}

booking_key_word() {
	awk -v n="$1" '{ printf "%s", $n; exit }' "$STATE/secrets/booking-key"
}
