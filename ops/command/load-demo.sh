# SPDX-License-Identifier: MIT
# load-demo - fill a demo system with invented rooms and bookings
#
# Usage: ./hotel load-demo [--rooms NUMBER] [--bookings NUMBER] [--seed SEED]
#
# All contexts get what they would have if hosts had registered the rooms and guests had booked and paid,
# 31 to 200 days ago: rooms and offers, bookings with their nights, timelines and payments, the view mypage
# and notifications. Stays are within the next year. ./hotel check is clean afterwards. The same seed gives
# the same rooms, guests and stays. What is there already stays as it is, so it can be run again to add more.
#
# No event is published: the stream history has none of these rooms and bookings, and ./hotel check does not
# expect them there. Guests have numbers from 1000000 on, hosts from 2000000 on, above those of accounts.
# It takes about a minute for 100,000 bookings. ^C ends it after the batches that are being stored, which
# are then complete; kill -9 may leave one that is not.
#
# Options:
#   --rooms NUMBER     how many rooms; 1000 if it is not given
#   --bookings NUMBER  how many bookings of these rooms, at most 100 of each; 10000 if it is not given
#   --seed SEED        another number makes other data; 1 if it is not given
#
# Examples:
#   ./hotel load-demo
#   HOTEL_STATE=.run2 ./hotel load-demo --rooms 100000 --bookings 1000000
#
# Exit codes: 0 done; 1 failed or interrupted; 2 wrong use; 3 it is not a demo system (HOTEL_DEMO is off),
# nothing was stored; 75 MariaDB is down: start it and run the command again.

# shellcheck shell=bash

command_main() {
	local environment before log=$STATE/log/load-demo.log status=0
	state_exists || usage_error "there is no instance in $STATE; create it with: $(hotel_command up)"
	settings_load
	load_require_demo
	instance_require_up 75
	servers_hint mariadb
	build_locate
	load_mark
	before=$(<"$STATE/restored")
	mapfile -t environment < <(schema_environment room)
	LOAD_LOG=$log
	progress_during load load_tells load_run "$before" || status=$?
	tail -n 1 -- "$log"
	exit "$status"
}

# The program refuses, too; but before it runs, the state says already that history begins anew.
load_require_demo() {
	[[ ${SETTING[HOTEL_DEMO]} != on ]] || return 0
	warn "HOTEL_DEMO is off: invented bookings are for demo systems only"
	exit 3
}

# History begins after what is loaded, as it does after a restore: at the earliest change that it may have.
load_mark() {
	[[ ! -f $STATE/restored ]] || return 0
	mariadb_admin -N -B -e "
		SELECT DATE_FORMAT(LEAST(UTC_TIMESTAMP(3),
			COALESCE((SELECT MIN(updated_at) FROM hotel_room.room), UTC_TIMESTAMP(3)),
			COALESCE((SELECT MIN(at) FROM hotel_book.book_step), UTC_TIMESTAMP(3)),
			COALESCE((SELECT MIN(created_at) FROM hotel_pay.payment), UTC_TIMESTAMP(3))), '%Y-%m-%dT%H:%i:%s.%f')" |
		sed 's/...$/Z/' | state_write "$STATE/restored"
}

# load_run BEFORE: in this shell, so that ^C reaches the program.
load_run() {
	exec_load "$1" >"$LOAD_LOG" 2>&1
}

exec_load() (
	exec_clean PROGRAM_NAME="./hotel load-demo" PATH="$PATH" LC_ALL=C.UTF-8 "${environment[@]}" \
		"$BUILD/bin/hotel-load-demo" --before "$1" --rooms "${OPTION[--rooms]:-1000}" \
		--bookings "${OPTION[--bookings]:-10000}" --seed "${OPTION[--seed]:-1}"
)

load_tells() {
	local line
	line=$(tail -n 1 -- "$LOAD_LOG" 2>/dev/null) || true
	printf '%s' "${line:-beginning}"
}
