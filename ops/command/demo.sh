# SPDX-License-Identifier: MIT
# demo - a narrated demonstration of ten minutes: what fails, and what keeps working
#
# Usage: ./hotel demo [--fast]
#
# Starts a separate system on another port in a folder below /tmp and removes it at the end, also after
# ^C; after a kill -9 the next demo removes it. Each step announces what will happen, runs the real
# commands as you would type them, and verifies the result. At a terminal, Enter skips a pause.
# docs/demo.txt is a recording of ./hotel demo --fast.
#
# Options:
#   --fast  do not pause for reading
#
# Examples:
#   ./hotel demo
#
# Exit codes: 0 every promise was kept; 1 a promise was not kept, or a command failed; 2 wrong use;
# 77 packages are missing and root is needed; 130 ended by ^C.

# shellcheck shell=bash

readonly DEMO_FOLDERS=/tmp/hotel-demo
readonly DEMO_COMMAND_S=300   # time limit of a command; `up` may have to build
readonly DEMO_WORDS_A_SECOND=3 DEMO_READ_S=8
readonly DEMO_STEPS=(begin booking clash pay breaker others kill restart trace check)

command_main() {
	local name
	DEMO_PACE=slow
	! at_terminal || DEMO_PACE=reader
	[[ -z ${OPTION[--fast]:-} ]] || DEMO_PACE=fast
	packages_ensure build run demo
	demo_open
	STEP=0
	for name in "${DEMO_STEPS[@]}"; do
		"demo_$name"
	done
	temporary_close
	say "This is the end, and the system has been removed. Start your own with: ./hotel up"
}

# ---- the frame ----

demo_open() {
	exec 6<&0
	temporary_open "$DEMO_FOLDERS"
	DEMO=$TEMPORARY
}

title() {
	STEP=$((STEP + 1))
	printf '\n== %d. %s\n\n' "$STEP" "$1"
}

# Prints a paragraph from standard input and pauses to let it be read.
narrate() {
	local text
	text=$(paste -sd' ' | fold -s -w 88 | sed 's/ *$//')
	printf '%s\n\n' "$text"
	pause $(($(wc -w <<<"$text") / DEMO_WORDS_A_SECOND + 1))
}

# Descriptor 6 is the terminal, because standard input may be a paragraph.
pause() {
	case $DEMO_PACE in
	reader) read -r -s -t "$1" <&6 || true ;;
	slow) sleep "$1" ;;
	esac
}

# Shows a command and runs it; shows its output and keeps it in the file `output`. A failure ends the demo.
run() {
	printf '$ %s\n' "$1"
	start_job "$1"
	wait "$JOB" || fail "the command failed unexpectedly"
	echo
	pause "$DEMO_READ_S"
}

# Runs a program in the background, which must end by itself; await_background shows its output.
run_in_background() {
	printf '$ %s &\n' "$1"
	set -m
	HOME=$DEMO setpriv --pdeathsig KILL bash -c "exec $1" >"$DEMO/background" 2>&1 </dev/null 6<&- 7>&- &
	BACKGROUND=$!
	set +m
}

await_background() {
	printf '$ wait\n'
	wait "$BACKGROUND" || true
	tee -- "$DEMO/output" <"$DEMO/background"
	echo
	pause "$DEMO_READ_S"
}

# Starts a command as a process group of its own, so that all of it can be ended.
start_job() {
	set -m
	{
		timeout --foreground "$DEMO_COMMAND_S" bash -euo pipefail -c "$1" 2>&1 | tee -- "$DEMO/output"
	} </dev/null 6<&- 7>&- &
	JOB=$!
	set +m
}

# Shows a definition and evaluates it for the commands that follow.
define() {
	printf '$ %s\n' "$1"
	eval "$1"
}

# promise TEXT PATTERN: the last output must match PATTERN.
promise() {
	if ! grep -Eq -- "$2" "$DEMO/output"; then
		warn "a promise was not kept: $1"
		fail "the output above does not match: $2"
	fi
	printf '   kept: %s\n\n' "$1"
}

# ---- the steps ----

demo_begin() {
	local port
	title "A hotel, from nothing"
	narrate <<-END
		This is MyHotel: hosts offer rooms, guests book and pay for them. You will see it work, and then
		see parts of it stopped or killed while it keeps its promises. The demonstration uses a system of
		its own, which is removed at the end; nothing of yours is touched. First the system starts: a
		MariaDB, a RabbitMQ, an nginx and twelve programs, all private to one folder.
	END
	port=$(temporary_port "$DEMO_FOLDERS")
	define "export HOTEL_STATE=$DEMO/s HOTEL_PORT=$port"
	run './hotel up'
	promise "one command starts everything" '^MyHotel is up'
	define "export hotel=http://127.0.0.1:$HOTEL_PORT"
	define "day() { date -d \"+\$1 days\" +%F; }"
	export -f day
	echo
}

demo_booking() {
	title "A room and a guest"
	narrate <<-END
		A host offers a room for 1500 a night. A guest asks for three nights. The server computes the
		price, holds the nights, takes the payment, and then answers "Booked".
	END
	run "curl -s \$hotel/rooms -d name='Sea view' -d price=1500 -d hostId=9 | jq -c '{id, name, price}'"
	run "curl -s \$hotel/books -d roomId=1 -d guestId=1 -d startDate=\$(day 7) -d endDate=\$(day 10) | jq -c '{id, status, price}'"
	promise "three nights at 1500 are booked and paid" '"status":"Booked","price":4500'
}

demo_clash() {
	title "Two guests, one night"
	narrate <<-END
		Another guest asks for some of the same nights. The request is refused, and the answer lists what is
		free instead.
	END
	run "curl -s \$hotel/books -d roomId=1 -d guestId=2 -d startDate=\$(day 8) -d endDate=\$(day 9) | jq '{status, title, taken, alternatives}'"
	promise "a taken night is refused, and alternatives are listed" '"status": 409'
	narrate <<-END
		What happens if they ask at the same moment? Twenty guests request the same night of the same room
		concurrently. The output counts the HTTP status codes.
	END
	run "seq 20 | xargs -P 20 -I{} curl -s -o /dev/null -w '%{http_code}\\n' \$hotel/books -d roomId=1 -d guestId={} -d startDate=\$(day 20) -d endDate=\$(day 21) | sort | uniq -c"
	promise "one guest has the night" '^ *1 201$'
	promise "nineteen are refused" '^ *19 409$'
}

demo_pay() {
	title "The payment service is down"
	narrate <<-END
		Now the payment service is stopped. Confirming bookings without payment would lose money, and
		refusing them would lose guests. So the nights are held, and the guest gets 202 Accepted. The first
		calls fail; after five failures in a row the circuit breaker opens, and pay is not called any
		more.
	END
	run './hotel stop pay'
	run "for n in 30 31 32 33 34 35 36; do curl -s -o /dev/null -w '%{http_code} in %{time_total} s\\n' \$hotel/books -d roomId=1 -d guestId=7 -d startDate=\$(day \$n) -d endDate=\$(day \$((n+1))); done"
	promise "guests get 202 immediately" '^202 in 0\.'
	run './hotel breaker status'
	promise "the breaker has opened" '^pay +(open|half-open)'
	narrate <<-END
		The payment service is started again. Nothing else is needed: the held bookings are paid
		automatically.
	END
	run './hotel start pay'
	run "while curl -s \"\$hotel/books?guestId=7\" | grep -q PaymentPending; do sleep 0.2; done"
	run "curl -s \"\$hotel/books?guestId=7\" | jq -c '._embedded.books[] | {id, status}'"
	promise "the held nights are booked" '"status":"Booked"'
	run "curl -s \"\$hotel/payments?guestId=7\" | jq -c '.page.totalElements'"
	promise "seven bookings have seven payments" '^7$'
}

demo_breaker() {
	title "Maintenance of the payment service"
	narrate <<-END
		Before planned maintenance of the payment service, an operator opens the circuit breaker by hand: no
		guest waits for a call that fails. Pay is not called until the breaker is closed.
	END
	run './hotel breaker open'
	run "curl -s \$hotel/books -d roomId=1 -d guestId=8 -d startDate=\$(day 40) -d endDate=\$(day 41) | jq -c '{id, status}'"
	promise "the nights are held" '"status":"PaymentPending"'
	run './hotel breaker close'
	run "until curl -s \"\$hotel/books?guestId=8\" | grep -q '\"Booked\"'; do sleep 0.2; done; curl -s \"\$hotel/books?guestId=8\" | jq -c '._embedded.books[] | {id, status}'"
	promise "they are booked after the breaker is closed" '"status":"Booked"'
}

demo_others() {
	title "The broker and the notifications are down"
	narrate <<-END
		RabbitMQ distributes the events between the services, and alarm notifies guests and hosts. Both are
		stopped now. A booking needs neither: its event is stored in the transaction of the booking (a
		transactional outbox) and published later.
	END
	run './hotel stop rabbitmq alarm'
	run "curl -s \$hotel/books -d roomId=1 -d guestId=11 -d startDate=\$(day 50) -d endDate=\$(day 52) | jq -c '{id, status}'"
	promise "a booking needs neither" '"status":"Booked"'
	run './hotel start rabbitmq alarm'
	run "until curl -s \"\$hotel/notifications?recipientId=11\" | grep PaymentApproved | grep -q '\"Booked\"'; do sleep 0.2; done"
	run "curl -s \"\$hotel/notifications?recipientId=11\" | jq -c '._embedded.notifications[] | {event, message}'"
	promise "the guest is notified" '"event":"Booked"'
	run "curl -s \"\$hotel/notifications?recipientId=11\" | jq -c '[._embedded.notifications[].event] | sort'"
	promise "once for each event" '^\["Booked","PaymentApproved"\]$'
}

demo_kill() {
	title "kill -9"
	narrate <<-END
		Every process of book and pay is killed. A guest sends a request meanwhile; the client repeats it
		until it succeeds, with the same Idempotency-Key. Supervisor restarts the processes.
	END
	run "./hotel status --json | jq '.programs[] | select(.name | test(\"book|pay\")) | .pids[]' | xargs kill -9"
	run "curl -s --retry 30 --retry-delay 1 --retry-all-errors -H 'Idempotency-Key: one booking' \$hotel/books -d roomId=1 -d guestId=12 -d startDate=\$(day 60) -d endDate=\$(day 61) | jq -c '{id, status}'"
	promise "the request succeeds" '"status":"(Booked|PaymentPending)"'
	run "until curl -s \"\$hotel/books?guestId=12\" | grep -q '\"Booked\"'; do sleep 0.2; done; curl -s \"\$hotel/books?guestId=12\" | jq -c '.page.totalElements'"
	promise "the repeated request makes one booking" '^1$'
}

demo_restart() {
	title "A new version without downtime"
	narrate <<-END
		Twenty users request rooms, bookings, payments and notifications continuously, while every program
		and nginx are replaced one process at a time. "Availability" is the share of successful requests.
	END
	run "printf '%s\\n' \$hotel/{rooms,books,payments,mypages,notifications} | tee \$HOTEL_STATE/urls"
	# Otherwise siege would print each request, and write to the home of the user.
	(umask 077 && mkdir -p "$DEMO/.siege" && printf 'verbose = false\n' >"$DEMO/.siege/siege.conf")
	# A number of requests, not a time limit: siege may hang when it has to stop its users.
	run_in_background "siege -i -c 20 -d 0.2 -r 150 -f \$HOTEL_STATE/urls"
	run './hotel restart all'
	await_background
	promise "no request failed" '^Availability:[[:space:]]+100\.00 %'
}

demo_trace() {
	title "What happened to one booking"
	narrate <<-END
		The first booking, from its HTTP request to the last notification.
	END
	run './hotel trace 1'
	promise "every step is recorded" 'Booked'
}

demo_check() {
	title "All data is consistent"
	narrate <<-END
		Finally all databases and the broker are checked: no night belongs to two bookings, no payment is
		without a booking and no booking without a payment, no notification is lost or sent twice, and no
		event is missing.
	END
	run './hotel check --wait 30'
	promise "all invariants hold" '^all [0-9]+ invariants hold$'
	run './hotel status'
	promise "everything runs" '^worker-alarm +running'
}
