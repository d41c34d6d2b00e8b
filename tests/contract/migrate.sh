#!/bin/sh
# SPDX-License-Identifier: MIT
# migrate.sh - hotel-migrate on a private MariaDB: new, again, two at once, and what it refuses.
#
#	migrate.sh HOTEL-MIGRATE SOURCE-FOLDER
#
# Exit 0, or 1 with the sentence that does not hold.
set -eu
migrate=$1
source=$2
dir=$(mktemp -d /tmp/hotel-migrate-XXXXXX)
trap 'sh "$source/tests/servers/mariadb.sh" stop "$dir/db"; rm -rf "$dir"' EXIT
trap 'exit 1' INT TERM

fail() {
	echo "migrate.sh: $1" >&2
	[ ! -s "$dir/said" ] || sed 's/^/	/' "$dir/said" >&2
	exit 1
}

# run STATUS SENTENCE [ARGUMENT...]: the migrator ends with the status.
run() {
	expected=$1 sentence=$2
	shift 2
	status=0
	env -i PATH="$PATH" HOTEL_DB_SOCKET="$dir/db/mariadb.sock" HOTEL_DB_USER="$(id -un)" \
		"$migrate" --sql "$dir/sql" --secrets "$dir/secrets" "$@" >"$dir/said" 2>&1 || status=$?
	[ "$status" -eq "$expected" ] || fail "$sentence (exit $status instead of $expected)"
}

said() {
	grep -q -- "$1" "$dir/said" || fail "it does not say \"$1\""
}

ask() {
	mariadb --no-defaults --socket="$dir/db/mariadb.sock" --user="$1" --skip-column-names -e "$2" \
		2>/dev/null
}

mkdir "$dir/secrets"
cp -R "$source/sql" "$dir/sql"
for name in room book pay mypage alarm account check; do
	echo "secret of $name" >"$dir/secrets/db-$name"
done

run 1 "without a server it fails"
said "cannot connect"
sh "$source/tests/servers/mariadb.sh" start "$dir/db"

run 1 "what is to be done is only said with --pending" --pending
said "hotel_book: apply 0001-book.sql"
[ "$(ask "$(id -un)" "SHOW DATABASES LIKE 'hotel%'")" = "" ] || fail "--pending changed something"

mv "$dir/secrets/db-pay" "$dir/secrets/away"
run 1 "a missing secret is a failure"
said "db-pay: No such file"
: >"$dir/secrets/db-pay"
run 1 "an empty secret is a failure"
said "db-pay: is empty"
mv "$dir/secrets/away" "$dir/secrets/db-pay"

run 0 "what a failure left undone is done by the next run"
said "hotel_pay: create the user"
run 0 "a second run succeeds"
said "nothing to do"
run 0 "afterwards nothing is pending" --pending

ask hotel_check "SELECT 1" && fail "a user gets in without a password"
MYSQL_PWD="secret of check" ask hotel_check "SELECT COUNT(*) FROM hotel_pay.payment" >/dev/null ||
	fail "hotel_check cannot read"
MYSQL_PWD="secret of check" ask hotel_check "DELETE FROM hotel_pay.payment" &&
	fail "hotel_check can write"
MYSQL_PWD="secret of check" ask hotel_check "SELECT id, is_hashed, has_otp_key FROM hotel_account.account" >/dev/null ||
	fail "hotel_check cannot read what is no secret of account"
for secret in "password FROM hotel_account.account" "otp_key FROM hotel_account.account" \
	"refresh FROM hotel_account.session" "cookie FROM hotel_account.session" \
	"hash FROM hotel_account.one_time_token" "hash FROM hotel_account.recovery_code" \
	"hash FROM hotel_account.refresh_exchanged" "* FROM hotel_account.account"; do
	MYSQL_PWD="secret of check" ask hotel_check "SELECT $secret" && fail "hotel_check can read $secret"
done

book=$(printf 'secret of %s' book)
add="INSERT INTO hotel_book.audit (at, what, outcome, who, role, name, address, request_id, subject, subject_id,
	detail, email, missed) VALUES"
MYSQL_PWD=$book ask hotel_book "$add (UTC_TIMESTAMP(3), 'sign-in', 'done', 1, '', '', '', '', '', 0, '', '', 0),
	(UTC_TIMESTAMP(3) - INTERVAL 31 DAY, 'sign-in', 'done', 2, '', '', '', '', '', 0, '', '', 0)" ||
	fail "a context cannot write into its audit"
MYSQL_PWD=$book ask hotel_book "UPDATE hotel_book.audit SET who = 3" && fail "a context can change its audit"
MYSQL_PWD=$book ask hotel_book "DELETE FROM hotel_book.audit WHERE who = 1" &&
	fail "a context can delete what was just written into its audit"
MYSQL_PWD=$book ask hotel_book "REPLACE INTO hotel_book.audit SELECT id, at, 'x', outcome, who, role, name, address,
	request_id, subject, subject_id, detail, email, missed FROM hotel_book.audit WHERE who = 1" &&
	fail "a context can replace what was just written into its audit"
MYSQL_PWD=$book ask hotel_book "TRUNCATE hotel_book.audit" && fail "a context can empty its audit"
MYSQL_PWD=$book ask hotel_book "DROP TRIGGER hotel_book.audit_kept" && fail "a context can unguard its audit"
MYSQL_PWD=$book ask hotel_book "DELETE FROM hotel_book.audit WHERE who = 2" ||
	fail "a context cannot purge its audit"
[ "$(MYSQL_PWD="secret of check" ask hotel_check "SELECT GROUP_CONCAT(who) FROM hotel_book.audit")" = 1 ] ||
	fail "the audit does not have what was written"

echo "another secret" >"$dir/secrets/db-room"
run 0 "a changed secret becomes the password"
said "hotel_room: create the user, or set its password"
MYSQL_PWD="another secret" ask hotel_room "SELECT COUNT(*) FROM hotel_room.room" >/dev/null ||
	fail "the new password does not work"

echo "CREATE TABLE IF NOT EXISTS later (id INT); SELECT nonsense;" >"$dir/sql/alarm/9999-later.sql"
run 1 "a faulty migration is a failure"
said "sql/alarm/9999-later.sql failed"
echo "CREATE TABLE IF NOT EXISTS later (id INT);" >"$dir/sql/alarm/9999-later.sql"
run 0 "mended, it is applied"
said "hotel_alarm: apply 9999-later.sql"
echo "DROP TABLE later;" >>"$dir/sql/alarm/9999-later.sql"
run 1 "a migration that changed after it was applied is refused"
said "was changed after it had been applied"
rm "$dir/sql/alarm/9999-later.sql"

echo "DO SLEEP(0.3);" >"$dir/sql/alarm/9999-slow.sql"
other=0
(run 0 "one of two at once succeeds") &
pid=$!
run 0 "two at once succeed"
wait "$pid" || other=$?
[ "$other" -eq 0 ] || fail "the other of two at once fails"
[ "$(ask "$(id -un)" "SELECT COUNT(*) FROM hotel_alarm.schema_migration WHERE name = '9999-slow.sql'")" \
	= 1 ] || fail "of two at once one applies a migration"
