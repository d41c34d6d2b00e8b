# SPDX-License-Identifier: MIT
# bench - measure this system against the limits of this machine
#
# Usage: ./hotel bench [--quick] [--seconds SECONDS] [--only FIGURES] [--against FILE] [--json FILE] [--svg FILE]
#
# Starts a separate system in a folder below /tmp, measures what bare SQL and the front do on this machine,
# and then what the system does: bookings, searches, own pages, overload. It prints one table of figures,
# each beside its limit of the same run. At the end all data is checked, and the system is removed, also
# after ^C. The load generator runs on this machine, too. docs/performance.md says what each figure means.
#
# A figure that misses its target is shown as such and is no failure: figures depend on the machine and
# the hour. Only the ratios of one run can be compared with those of another.
#
# Options:
#   --quick            a smaller system and shorter runs: less than three minutes
#   --seconds SECONDS  length of each run; 20, with --quick 4
#   --only FIGURES     only these figures and what they need, with commas between: P1,P4
#   --against FILE     compare with the figures of an earlier run, written by --json
#   --json FILE        write the figures as JSON
#   --svg FILE         draw rate and latency over time
#
# Examples:
#   ./hotel bench --quick
#   ./hotel bench --json before.json
#   ./hotel bench --against before.json --svg bench.svg
#   ./hotel bench --only P1,P10
#
# Exit codes: 0 measured, whatever the figures are; 1 a booking failed, an invariant is violated, or it
# could not be measured; 2 wrong use; 77 packages are missing and root is needed; 130 ended by ^C.

# shellcheck shell=bash

readonly BENCH_FOLDERS=/tmp/hotel-bench
readonly BENCH_FIGURES=(L1 L2 P1 P2 P3 P4 P5 P6 P7 P8 P9 P10 P11)
# What a figure is compared with, or is made from.
readonly -A BENCH_NEEDS=([P1]=L1 [P2]=P1 [P3]=P1 [P4]=L2 [P5]=P10 [P6]=L2 [P7]=P1 [P10]=L1 [P11]=P1)
readonly BENCH_CLIENTS=255 BENCH_WARM_S=2 BENCH_DRAIN_S=600
readonly BENCH_FIRST_GUEST=1000000 # of load-demo
readonly BENCH_SETTINGS=(HOTEL_PAST_DATES=allow)

command_main() {
	local before=${OPTION[--against]:-} name
	[[ -z $before || -r $before ]] || usage_error "cannot read $before"
	for name in --json --svg; do
		bench_path "$name"
	done
	[[ -z $before ]] || before=$(realpath -- "$before")
	bench_sizes
	bench_wanted
	packages_ensure build run demo
	BUILD=$(realpath -ms -- "${MYHOTEL_BUILD:-$ROOT/build/release}")
	temporary_open "$BENCH_FOLDERS"
	bench_up
	bench_figures
	bench_end "$before"
}

# A path is relative to where the command was typed, not to where it works.
bench_path() {
	[[ -n ${OPTION[$1]:-} ]] || return 0
	OPTION[$1]=$(realpath -m -- "${OPTION[$1]}")
	[[ -d ${OPTION[$1]%/*} ]] || usage_error "there is no folder for $1: ${OPTION[$1]%/*}"
}

bench_sizes() {
	if [[ -n ${OPTION[--quick]:-} ]]; then
		BENCH_S=4 BENCH_ROOMS=1000 BENCH_LOAD_ROOMS=5000 BENCH_LOAD_BOOKINGS=20000 BENCH_OVERLOAD_S=8
	else
		BENCH_S=20 BENCH_ROOMS=5000 BENCH_LOAD_ROOMS=100000 BENCH_LOAD_BOOKINGS=1000000 BENCH_OVERLOAD_S=60
	fi
	[[ -z ${OPTION[--seconds]:-} ]] || BENCH_S=$((10#${OPTION[--seconds]})) BENCH_OVERLOAD_S=$((10#${OPTION[--seconds]}))
	((BENCH_S > 0 && BENCH_S <= 600)) || usage_error "--seconds: from 1 to 600"
}

# Sets BENCH_WANTED to the figures that were asked for, with those that they need.
bench_wanted() {
	local figure figures
	declare -gA BENCH_WANTED=()
	IFS=, read -ra figures <<<"${OPTION[--only]:-$(IFS=, && printf '%s' "${BENCH_FIGURES[*]}")}"
	for figure in "${figures[@]}"; do
		contains "$figure" "${BENCH_FIGURES[@]}" ||
			usage_error "--only: unknown figure: $figure$(did_you_mean "$figure" "${BENCH_FIGURES[@]}"); there are: ${BENCH_FIGURES[*]}"
		while [[ -n $figure ]]; do
			BENCH_WANTED[$figure]=yes
			figure=${BENCH_NEEDS[$figure]:-}
		done
	done
}

bench_wants() {
	[[ -n ${BENCH_WANTED[$1]:-} ]]
}

# ---- the system ----

bench_up() {
	BENCH_STATE=$TEMPORARY/s BENCH_RESULTS=$TEMPORARY/results BENCH_FIRST=0
	mkdir -- "$BENCH_RESULTS"
	BENCH_PORT=$(temporary_port "$BENCH_FOLDERS")
	step system "starting one in $BENCH_STATE, on port $BENCH_PORT"
	bench_hotel up "${BENCH_SETTINGS[@]}" "HOTEL_PORT=$BENCH_PORT"
	bench_hotel load-demo --rooms "$BENCH_ROOMS" --bookings 0
	bench_about
}

# bench_hotel COMMAND... [NAME=VALUE...]: ./hotel for the system; its output is shown if it fails.
bench_hotel() {
	local words=() settings=()
	while (($# > 0)); do
		if [[ $1 == HOTEL_*=* ]]; then settings+=("$1"); else words+=("$1"); fi
		shift
	done
	if ! env "HOTEL_STATE=$BENCH_STATE" "${settings[@]}" "$ROOT/hotel" "${words[@]}" \
		>"$TEMPORARY/output" 2>&1 7>&- </dev/null; then
		tail_of "$TEMPORARY/output" 20
		fail "./hotel ${words[*]} failed"
	fi
}

# bench_sql OPTION...: the client of MariaDB, as the administrator of the system.
bench_sql() {
	mariadb --defaults-file=<(mariadb_admin_login "$BENCH_STATE") -N -B "$@"
}

# What the figures depend on.
bench_about() {
	{
		printf 'version=%s\n' "$(version_show)"
		printf 'began=%s\n' "$(date -u +%FT%TZ)"
		printf 'processors=%d\n' "$(nproc)"
		printf 'processor=%s\n' "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | sort -u | head -n 1)"
		printf 'memory_mb=%d\n' "$(($(sed -n 's/^MemTotal: *\([0-9]*\) kB/\1/p' /proc/meminfo) / 1024))"
		printf 'kernel=%s\n' "$(uname -r)"
		printf 'mariadb=%s\n' "$(bench_sql -e 'SELECT VERSION()')"
		printf 'files=%s\n' "$(stat -f -c %T -- "$TEMPORARY")"
		printf 'seconds=%d\nrooms=%d\nload_rooms=%d\nload_bookings=%d\noverload_seconds=%d\n' "$BENCH_S" "$BENCH_ROOMS" \
			"$BENCH_LOAD_ROOMS" "$BENCH_LOAD_BOOKINGS" "$BENCH_OVERLOAD_S"
		printf 'load_average=%s\n' "$(cut -d' ' -f1 /proc/loadavg)"
	} >"$BENCH_RESULTS/about"
}

# ---- one run ----

# bench_tool RESULT WORDS...: runs hotel-bench, and keeps what it prints as RESULT.json.
bench_tool() {
	local result=$1
	shift
	progress_during bench bench_tells bench_tool_run "$result" "$@" || {
		tail_of "$TEMPORARY/errors"
		fail "hotel-bench $* failed"
	}
}

bench_tool_run() {
	env -i PATH="$PATH" LC_ALL=C.UTF-8 HOTEL_DB_SOCKET="$BENCH_STATE/run/mariadb.sock" HOTEL_DB_USER="$(id -un)" \
		HOTEL_DB_PASSWORD_FILE="$BENCH_STATE/secrets/db-root" "$BUILD/bin/hotel-bench" "${@:2}" \
		>"$BENCH_RESULTS/$1.json" 2>"$TEMPORARY/errors" 7>&-
}

bench_tells() {
	printf '%s' "$BENCH_NOW"
}

# bench_figure WORDS: what is measured now, for the lines of progress.
bench_figure() {
	BENCH_NOW=$1
	step bench "$1"
}

# bench_book RESULT CLIENTS SECONDS [OPTION...]: bookings of other rooms and dates than all before.
bench_book() {
	bench_tool "$1" http book --port "$BENCH_PORT" --connections "$2" --seconds "$3" --first-room 1 \
		--rooms "$BENCH_ROOMS" --first "$BENCH_FIRST" "${@:4}"
	BENCH_FIRST=$(bench_number "$1" next)
}

# bench_number RESULT MEMBER: a number at the top of a result, without its fraction.
bench_number() {
	sed -n "s/.*\"$2\":\([0-9]*\).*/\1/p" "$BENCH_RESULTS/$1.json"
}

# bench_drain FIRST: waits until every booking from this one on has reached mypage and its notifications. Prints
# how many milliseconds that took.
bench_drain() {
	local begun left
	begun=$(now_ms)
	while :; do
		left=$(bench_under_way "$1") || fail "cannot ask MariaDB what is under way"
		((left > 0)) || break
		(($(now_ms) - begun < BENCH_DRAIN_S * 1000)) || fail "$left events are still under way after $BENCH_DRAIN_S s"
		sleep 0.2
	done
	printf '%d\n' $(($(now_ms) - begun))
}

# bench_under_way FIRST: how many rows of these bookings are not yet where their events lead.
bench_under_way() {
	bench_sql -e "
		SELECT (SELECT COUNT(*) FROM hotel_book.book WHERE id >= $1 AND status IN ('Requested', 'PaymentPending'))
			+ ABS(n - (SELECT COUNT(*) FROM hotel_mypage.mypage
				WHERE book_id >= $1 AND status = 'Booked' AND pay_status = 'PayApproved'))
			+ ABS(2 * n - (SELECT COUNT(*) FROM hotel_alarm.notification
				WHERE book_id >= $1 AND role = 'guest' AND event IN ('Booked', 'PaymentApproved')))
			+ ABS(n - (SELECT COUNT(*) FROM hotel_room.taken_stay WHERE book_id >= $1 AND taken))
		FROM (SELECT COUNT(*) AS n FROM hotel_book.book WHERE id >= $1 AND status = 'Booked') b"
}

bench_next_book() {
	bench_sql -e "SELECT COALESCE(MAX(id), 0) + 1 FROM hotel_book.book"
}

# ---- the figures ----

bench_figures() {
	local figure
	! bench_wants P8 || bench_memory rest
	for figure in L1 L2 P10 P1 P3 P5 P9 P11; do
		! bench_wants "$figure" || "bench_$figure"
	done
	if bench_wants P4 || bench_wants P6 || bench_wants P7; then
		bench_load
	fi
	for figure in P4 P6 P7; do
		! bench_wants "$figure" || "bench_$figure"
	done
	! bench_wants P8 || bench_memory after
}

bench_L1() {
	bench_figure "L1: bookings of bare SQL, 32 connections"
	bench_tool L1 sql --threads 32 --seconds "$BENCH_S"
	bench_figure "L1m: the same merged, 32 bookings a transaction, 4 connections"
	bench_tool L1m sql --threads 4 --merged 32 --seconds "$BENCH_S"
	bench_figure "L1: a lone booking of bare SQL"
	bench_tool L1lone sql --threads 1 --seconds "$BENCH_S"
}

bench_L2() {
	bench_figure "L2: requests that are refused as malformed, $BENCH_CLIENTS clients"
	bench_tool L2 http malformed --port "$BENCH_PORT" --connections "$BENCH_CLIENTS" --seconds "$BENCH_S"
}

bench_P10() {
	bench_figure "P10: a lone client, one booking after another"
	bench_book warm 1 1
	bench_book P10 1 "$BENCH_S"
}

bench_P1() {
	local first
	bench_figure "P1: bookings, $BENCH_CLIENTS clients"
	bench_book warm "$BENCH_CLIENTS" "$BENCH_WARM_S"
	bench_drain 1 >/dev/null
	first=$(bench_next_book)
	bench_book P1 "$BENCH_CLIENTS" "$BENCH_S"
	bench_figure "P3: until the backlog of that run is gone"
	bench_drain "$first" >"$BENCH_RESULTS/backlog"
}

# The lag of each booking, from its commit to its row in mypage and to its notifications, by the database's clock.
bench_P3() {
	local first half
	half=$(($(bench_number P1 rate) / 2))
	((half > 0)) || half=1
	bench_figure "P3: lag of mypage and notifications at $half bookings a second"
	first=$(bench_next_book)
	bench_book P3 "$BENCH_CLIENTS" "$BENCH_S" --rate "$half"
	bench_drain "$first" >/dev/null
	bench_sql -e "SELECT TIMESTAMPDIFF(MICROSECOND, b.updated_at, m.book_applied_at) DIV 1000 FROM hotel_book.book b
		JOIN hotel_mypage.mypage m ON m.book_id = b.id WHERE b.id >= $first" >"$BENCH_RESULTS/lag-mypage"
	bench_sql -e "SELECT TIMESTAMPDIFF(MICROSECOND, n.created_at, d.delivered_at) DIV 1000 FROM hotel_alarm.notification n
		JOIN hotel_alarm.delivery d ON d.notification_id = n.id AND d.channel = 'inbox'
		WHERE n.book_id >= $first AND n.event = 'Booked'" >"$BENCH_RESULTS/lag-alarm"
}

# At a fixed rate, so that the limit of unpaid bookings is not reached.
bench_P5() {
	bench_figure "P5: answers while the breaker is open"
	bench_hotel breaker open
	bench_book P5 1 3 --rate 20
	bench_hotel breaker close
	bench_drain 1 >/dev/null
}

# The original's line, in an order that siege ends by itself.
bench_P9() {
	bench_figure "P9: one room, one stay, $BENCH_CLIENTS clients"
	mkdir -p -- "$TEMPORARY/.siege"
	printf 'verbose = false\njson_output = false\nlogging = false\nshow-logfile = false\n' >"$TEMPORARY/.siege/siege.conf"
	HOME=$TEMPORARY siege -v -b "-c$BENCH_CLIENTS" -r4 --content-type "application/json" \
		"http://127.0.0.1:$BENCH_PORT/books POST {\"roomId\":1,\"hostId\":10,\"guestId\":10,\"startDate\":20200101,\"endDate\":20200103}" \
		>"$TEMPORARY/siege" 2>&1 7>&- </dev/null || fail "siege failed: $(tail -n 1 -- "$TEMPORARY/siege")"
	grep -oE 'HTTP/1\.1 [0-9]+' "$TEMPORARY/siege" | sort | uniq -c >"$BENCH_RESULTS/siege" || true
}

# Five times the clients, and then the usual number again.
bench_P11() {
	local pids
	bench_figure "P11: overload, $((5 * BENCH_CLIENTS)) clients for $BENCH_OVERLOAD_S s"
	pids=$(bench_pids)
	bench_book P11 $((5 * BENCH_CLIENTS)) "$BENCH_OVERLOAD_S"
	bench_book P11after "$BENCH_CLIENTS" 6
	[[ $pids == "$(bench_pids)" ]] && printf 'no\n' >"$BENCH_RESULTS/restarted" || printf 'yes\n' >"$BENCH_RESULTS/restarted"
	bench_figure "P11: until every booking is settled"
	bench_drain 1 >/dev/null
}

bench_load() {
	BENCH_NOW="loading $BENCH_LOAD_ROOMS rooms and $BENCH_LOAD_BOOKINGS bookings"
	step bench "$BENCH_NOW"
	progress_during bench bench_load_tells bench_hotel load-demo --rooms "$BENCH_LOAD_ROOMS" --bookings "$BENCH_LOAD_BOOKINGS"
	BENCH_GUESTS=$((BENCH_LOAD_BOOKINGS / 10))
}

bench_load_tells() {
	local line
	line=$(tail -n 1 -- "$TEMPORARY/output" | sed 's/^load *//; s/, [0-9]* s$//')
	printf '%s%s' "$BENCH_NOW" "${line:+: $line}"
}

# bench_front RESULT SOCKET KIND CLIENTS [OPTION...]: what the front gives when a service answers such a request from
# memory, with as many bytes. For that time nginx asks hotel-bench in place of the service behind SOCKET.
bench_front() {
	local result=$1 socket=$BENCH_STATE/run/$2.sock path bytes job conf=$BENCH_STATE/nginx/now/nginx.conf
	path=$(bench_path_of "$3")
	bytes=$(curl -s -o /dev/null -w '%{size_download}' "http://127.0.0.1:$BENCH_PORT$path")
	bench_figure "L2: an answer of $bytes bytes from memory, $4 clients"
	env -i PATH="$PATH" "$BUILD/bin/hotel-bench" respond --socket "$TEMPORARY/answer.sock" --bytes "$bytes" --threads 32 \
		7>&- </dev/null >/dev/null 2>&1 &
	job=$!
	cp -- "$conf" "$TEMPORARY/nginx.conf"
	sed -i "s|$socket|$TEMPORARY/answer.sock|" "$conf"
	bench_front_await yes "$path"
	bench_tool "$result" http "$3" --port "$BENCH_PORT" --connections "$4" --seconds "$BENCH_S" "${@:5}"
	cp -- "$TEMPORARY/nginx.conf" "$conf"
	bench_front_await no "$path"
	kill "$job"
	wait "$job" 2>/dev/null || true
	rm -f -- "$TEMPORARY/answer.sock"
}

# A request of this kind.
bench_path_of() {
	case $1 in
	search) printf '/rooms?startDate=%s&endDate=%s&sort=price' "$(date -d +20days +%F)" "$(date -d +22days +%F)" ;;
	own) printf '/mypages?guestId=%d' "$BENCH_FIRST_GUEST" ;;
	esac
}

# bench_front_await yes|no PATH: has nginx read its configuration, until answers come from memory, or no longer.
bench_front_await() {
	local from end=$((SECONDS + 20))
	kill -HUP "$(<"$BENCH_STATE/run/nginx.pid")"
	while :; do
		from=no
		! curl -s -o /dev/null -D - "http://127.0.0.1:$BENCH_PORT$2" | grep -qi '^x-answer: memory' || from=yes
		[[ $from != "$1" ]] || return 0
		((SECONDS < end)) || fail "nginx does not take its new configuration; see $BENCH_STATE/log/nginx.log"
		sleep 0.05
	done
}

bench_P4() {
	local half
	bench_front L2search room search 64
	bench_figure "P4: searches by dates, 64 clients"
	bench_tool P4 http search --port "$BENCH_PORT" --connections 64 --seconds "$BENCH_S"
	bench_figure "P4: with guests and price"
	bench_tool P4filtered http filtered --port "$BENCH_PORT" --connections 64 --seconds "$BENCH_S"
	half=$(($(bench_number P4 rate) / 2))
	((half > 0)) || half=1
	bench_figure "P4: $half searches a second"
	bench_tool P4half http search --port "$BENCH_PORT" --connections 64 --seconds "$BENCH_S" --rate "$half"
}

bench_P6() {
	bench_front L2own mypage own "$BENCH_CLIENTS"
	bench_figure "P6: own pages, $BENCH_CLIENTS clients"
	bench_tool P6 http own --port "$BENCH_PORT" --connections "$BENCH_CLIENTS" --seconds "$BENCH_S" \
		--first-guest "$BENCH_FIRST_GUEST" --guests "$BENCH_GUESTS"
}

bench_P7() {
	bench_figure "P7: bookings with $BENCH_LOAD_BOOKINGS stored, $BENCH_CLIENTS clients"
	bench_book P7 "$BENCH_CLIENTS" "$BENCH_S"
	bench_drain 1 >/dev/null
}

# The processes of our own programs.
bench_pids() {
	HOTEL_STATE=$BENCH_STATE "$ROOT/hotel" status --json 7>&- |
		jq -r '.programs[] | select(.name | test("^(fcgi|worker)-")) | .pids[]' | sort -n | paste -sd' '
}

# bench_memory WHEN: the proportional set size of these processes together, in kB.
bench_memory() {
	local pid sum=0 one
	for pid in $(bench_pids); do
		one=$(sed -n 's/^Pss: *\([0-9]*\) kB/\1/p' "/proc/$pid/smaps_rollup") || one=0
		sum=$((sum + ${one:-0}))
	done
	printf '%d\n' "$sum" >"$BENCH_RESULTS/memory-$1"
}

# ---- the end ----

# bench_end BEFORE: the table, then the check.
bench_end() {
	local status=0
	/usr/bin/python3 -B "$ROOT/ops/lib/bench_report.py" "$BENCH_RESULTS" ${1:+--against "$1"} \
		${OPTION[--json]:+--json "${OPTION[--json]}"} ${OPTION[--svg]:+--svg "${OPTION[--svg]}"} || status=$EXIT_FAILED
	BENCH_NOW="all invariants"
	if ! progress_during check bench_tells bench_check; then
		tail_of "$TEMPORARY/output" 30
		warn "an invariant is violated"
		status=$EXIT_FAILED
	fi
	temporary_close
	exit "$status"
}

bench_check() {
	HOTEL_STATE=$BENCH_STATE "$ROOT/hotel" check --wait 120 >"$TEMPORARY/output" 2>&1 7>&- </dev/null &&
		step check "$(tail -n 1 -- "$TEMPORARY/output")"
}
