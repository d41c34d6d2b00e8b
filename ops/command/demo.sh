# demo - ten narrated minutes for somebody new: what breaks, and what holds all the same
#
# Usage: ./hotel demo [--fast]
#
# Brings up a system of its own beside whatever runs here, on another port and in a folder of its
# own below /tmp, and removes it at the end, or when you end it; after a kill -9 the next
# demonstration does. Each step says what is about to happen, runs the real commands, which are
# shown as you would type them, and looks whether what was promised has come true. At a terminal,
# Enter goes on sooner. --fast leaves out the pauses for reading; docs/demo.txt is a recording of
# that.
#
# Exit codes: 0 every promise was kept; 1 one was not, or something failed; 2 wrong use; 77 packages
# are missing and root is needed; 130 ended by ^C.

# shellcheck shell=bash

readonly DEMO_FOLDERS=/tmp/hotel-demo
readonly DEMO_PORT_FIRST=8090 DEMO_PORT_LAST=8189
readonly DEMO_COMMAND_S=300   # the longest a command may take: `up` may have to build
readonly DEMO_WORDS_A_SECOND=3 DEMO_LOOK_S=8
readonly DEMO_STEPS=(begin booking clash pay breaker others kill restart trace check)

command_main() {
	local name
	DEMO_PACE=slow
	! at_terminal || DEMO_PACE=reader
	[[ ${1:-} == --fast ]] && DEMO_PACE=fast && shift
	(($# == 0)) || usage_error "demo knows --fast only"
	# What this shell is set to is meant for another instance.
	for name in $(compgen -e HOTEL_); do
		unset "$name"
	done
	packages_ensure build run demo
	demo_open
	STEP=0
	for name in "${DEMO_STEPS[@]}"; do
		"demo_$name"
	done
	demo_close
	say "That was all, and it is gone again. Yours is one command away: ./hotel up"
}

# ---- the stage ----

# The folder is locked as long as its demonstration lives, so that a later one can tell those apart
# that were killed in the middle.
demo_open() {
	demo_clear_away "$DEMO_FOLDERS"
	DEMO=$(mktemp -d "$DEMO_FOLDERS-XXXXXX")
	trap demo_close EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	exec 6<&0 7>"$DEMO/lock"
	flock -n 7
	export NO_PROXY='*' no_proxy='*'
	cd -- "$ROOT" || exit
}

# Removes what demonstrations left that were killed.
demo_clear_away() {
	local folder
	while read -r folder; do
		! flock -n "$folder/lock" true 2>/dev/null || demo_remove "$folder"
	done < <(find "$1"-* -maxdepth 0 -type d -user "$(id -un)" -mmin +1 2>/dev/null)
}

# As long as its system is not gone, the folder stays, to be tried again.
demo_remove() {
	if [[ -e $1/s/$STATE_MARK ]] && ! HOTEL_STATE=$1/s "$ROOT/hotel" reset --yes >/dev/null 7>&-; then
		warn "the demonstration's system in $1/s could not be removed"
		return
	fi
	rm -rf -- "$1"
}

demo_close() {
	local job
	trap '' INT TERM HUP
	for job in $(jobs -p); do
		kill -TERM -- "-$job" 2>/dev/null || true
	done
	wait
	demo_remove "$DEMO"
	trap - EXIT INT TERM HUP
}

title() {
	STEP=$((STEP + 1))
	printf '\n== %d. %s\n\n' "$STEP" "$1"
}

# A paragraph from standard input, and the time to read it.
tell() {
	local text
	text=$(paste -sd' ' | fold -s -w 88 | sed 's/ *$//')
	printf '%s\n\n' "$text"
	pause $(($(wc -w <<<"$text") / DEMO_WORDS_A_SECOND + 1))
}

# Descriptor 6 is the reader's keyboard: standard input may be a paragraph.
pause() {
	case $DEMO_PACE in
	reader) read -r -s -t "$1" <&6 || true ;;
	slow) sleep "$1" ;;
	esac
}

# Shows a command and runs it; what it says is shown and kept. A command that fails ends it all.
run() {
	printf '$ %s\n' "$1"
	begin_job "$1"
	wait "$JOB" || fail "this failed, and should not have"
	echo
	pause "$DEMO_LOOK_S"
}

# A program beside what follows, which ends by itself; await_beside shows what it had to say.
run_beside() {
	printf '$ %s &\n' "$1"
	set -m
	HOME=$DEMO setpriv --pdeathsig KILL bash -c "exec $1" >"$DEMO/beside" 2>&1 </dev/null 6<&- 7>&- &
	BESIDE=$!
	set +m
}

await_beside() {
	printf '$ wait\n'
	wait "$BESIDE" || true
	tee -- "$DEMO/said" <"$DEMO/beside"
	echo
	pause "$DEMO_LOOK_S"
}

# A group of processes of its own, to be ended as a whole.
begin_job() {
	set -m
	{
		timeout --foreground "$DEMO_COMMAND_S" bash -euo pipefail -c "$1" 2>&1 | tee -- "$DEMO/said"
	} </dev/null 6<&- 7>&- &
	JOB=$!
	set +m
}

# A definition as one types it; those that follow know it.
define() {
	printf '$ %s\n' "$1"
	eval "$1"
}

# What was promised, and a pattern that must be in what was said last.
kept() {
	if ! grep -Eq -- "$2" "$DEMO/said"; then
		warn "the promise was not kept: $1"
		fail "what was looked for, and is not in the output above: $2"
	fi
	printf '   kept: %s\n\n' "$1"
}

# ---- what is shown ----

demo_port() {
	local port
	for ((port = DEMO_PORT_FIRST; port <= DEMO_PORT_LAST; port++)); do
		! port_is_free "$port" || { printf '%d' "$port" && return; }
	done
	fail "no port from $DEMO_PORT_FIRST to $DEMO_PORT_LAST is free"
}

demo_begin() {
	local port
	title "A hotel, from nothing"
	tell <<-END
		This is MyHotel: hosts offer rooms, guests book and pay them. In the next minutes you will see
		it work, and then see most of it taken away, stopped or killed, while it keeps its word. All of
		this happens in a system of its own, which is removed at the end; nothing of yours is touched.
		First it has to come up: a MariaDB, a RabbitMQ, an nginx and ten programs, all private to one
		folder.
	END
	port=$(demo_port)
	define "export HOTEL_STATE=$DEMO/s HOTEL_PORT=$port"
	run './hotel up'
	kept "one command brings it all up" '^MyHotel is up'
	define "export hotel=http://127.0.0.1:$HOTEL_PORT"
	define "day() { date -d \"+\$1 days\" +%F; }"
	export -f day
	echo
}

demo_booking() {
	title "A room and a guest"
	tell <<-END
		A host offers a room for 1500 a night. A guest asks for three nights. The server computes the
		price, keeps the nights, has them paid, and only then says "Booked".
	END
	run "curl -s \$hotel/rooms -d name='Sea view' -d price=1500 -d hostId=9 | jq -c '{id, name, price}'"
	run "curl -s \$hotel/books -d roomId=1 -d guestId=1 -d startDate=\$(day 7) -d endDate=\$(day 10) | jq -c '{id, status, price}'"
	kept "three nights at 1500 are booked and paid" '"status":"Booked","price":4500'
}

demo_clash() {
	title "Two guests, one night"
	tell <<-END
		Another guest wants a part of the same nights. The answer is no, with what is free instead.
	END
	run "curl -s \$hotel/books -d roomId=1 -d guestId=2 -d startDate=\$(day 8) -d endDate=\$(day 9) | jq '{status, title, taken, alternatives}'"
	kept "a taken night is refused, and alternatives are named" '"status": 409'
	tell <<-END
		And if they ask at the same moment? Twenty guests, all at once, for the same night of the same
		room. The numbers are the answers, and how many got them.
	END
	run "seq 20 | xargs -P 20 -I{} curl -s -o /dev/null -w '%{http_code}\\n' \$hotel/books -d roomId=1 -d guestId={} -d startDate=\$(day 20) -d endDate=\$(day 21) | sort | uniq -c"
	kept "one has the night" '^ *1 201$'
	kept "nineteen were refused" '^ *19 409$'
}

demo_pay() {
	title "Payment goes away"
	tell <<-END
		Now the payment service is stopped. Booking without it would be a promise without money;
		refusing would send guests away. So the nights are held, and the guest is told so (202). The
		first calls find out that nobody answers; after five failures in a row a circuit breaker no
		longer calls it at all.
	END
	run './hotel stop pay'
	run "for n in 30 31 32 33 34 35 36; do curl -s -o /dev/null -w '%{http_code} in %{time_total} s\\n' \$hotel/books -d roomId=1 -d guestId=7 -d startDate=\$(day \$n) -d endDate=\$(day \$((n+1))); done"
	kept "guests are answered 202 at once" '^202 in 0\.'
	run './hotel breaker status'
	kept "the breaker has opened" '^pay +(open|half-open)'
	tell <<-END
		Payment comes back. Nobody does anything else: the books that were held are paid by themselves.
	END
	run './hotel start pay'
	run "while curl -s \"\$hotel/books?guestId=7\" | grep -q PaymentPending; do sleep 0.2; done"
	run "curl -s \"\$hotel/books?guestId=7\" | jq -c '._embedded.books[] | {id, status}'"
	kept "what was held is booked" '"status":"Booked"'
	run "curl -s \"\$hotel/payments?guestId=7\" | jq -c '.page.totalElements'"
	kept "seven books, seven payments" '^7$'
}

demo_breaker() {
	title "Leave payment alone"
	tell <<-END
		Whoever takes payment away on purpose does not let guests find out. The operator opens the
		breaker by hand: nothing is called until it is closed again.
	END
	run './hotel breaker open'
	run "curl -s \$hotel/books -d roomId=1 -d guestId=8 -d startDate=\$(day 40) -d endDate=\$(day 41) | jq -c '{id, status}'"
	kept "the nights are held" '"status":"PaymentPending"'
	run './hotel breaker close'
	run "until curl -s \"\$hotel/books?guestId=8\" | grep -q '\"Booked\"'; do sleep 0.2; done; curl -s \"\$hotel/books?guestId=8\" | jq -c '._embedded.books[] | {id, status}'"
	kept "and booked when it is closed" '"status":"Booked"'
}

demo_others() {
	title "No broker, no notifications"
	tell <<-END
		RabbitMQ carries the events from service to service, alarm tells guests and hosts. Both are
		stopped now. A booking needs neither: its event is written down in the transaction of the
		booking itself, and waits there.
	END
	run './hotel stop rabbitmq alarm'
	run "curl -s \$hotel/books -d roomId=1 -d guestId=11 -d startDate=\$(day 50) -d endDate=\$(day 52) | jq -c '{id, status}'"
	kept "booked without either" '"status":"Booked"'
	run './hotel start rabbitmq alarm'
	run "until curl -s \"\$hotel/notifications?recipientId=11\" | grep PaymentApproved | grep -q '\"Booked\"'; do sleep 0.2; done"
	run "curl -s \"\$hotel/notifications?recipientId=11\" | jq -c '._embedded.notifications[] | {event, message}'"
	kept "the guest was told" '"event":"Booked"'
	run "curl -s \"\$hotel/notifications?recipientId=11\" | jq -c '[._embedded.notifications[].event] | sort'"
	kept "of each event, once" '^\["Booked","PaymentApproved"\]$'
}

demo_kill() {
	title "kill -9"
	tell <<-END
		Every process of book and pay is killed, in the middle of whatever it does. A guest asks while
		they are gone; the request is repeated, as any client would, and a key says that it is the
		same one. Supervisor starts the processes anew meanwhile.
	END
	run "./hotel status --json | jq '.programs[] | select(.name | test(\"book|pay\")) | .pids[]' | xargs kill -9"
	run "curl -s --retry 30 --retry-delay 1 --retry-all-errors -H 'Idempotency-Key: one wish' \$hotel/books -d roomId=1 -d guestId=12 -d startDate=\$(day 60) -d endDate=\$(day 61) | jq -c '{id, status}'"
	kept "an answer, as if nothing had been" '"status":"(Booked|PaymentPending)"'
	run "until curl -s \"\$hotel/books?guestId=12\" | grep -q '\"Booked\"'; do sleep 0.2; done; curl -s \"\$hotel/books?guestId=12\" | jq -c '.page.totalElements'"
	kept "one wish, one book" '^1$'
}

demo_restart() {
	title "A new version, while guests are there"
	tell <<-END
		Twenty users ask for rooms, books, payments and notifications without pause, while every
		program and nginx are replaced, one process after the other. "Availability" is the share of
		requests that were answered well.
	END
	run "printf '%s\\n' \$hotel/{rooms,books,payments,mypages,notifications} | tee \$HOTEL_STATE/urls"
	# Without it siege would name each request, and write to the user's own home.
	(umask 077 && mkdir -p "$DEMO/.siege" && printf 'verbose = false\n' >"$DEMO/.siege/siege.conf")
	# Not for a time, nor until ^C: siege hangs now and then where it has to end its users itself.
	run_beside "siege -i -c 20 -d 0.2 -r 150 -f \$HOTEL_STATE/urls"
	run './hotel restart all'
	await_beside
	kept "not one request failed" '^Availability:[[:space:]]+100\.00 %'
}

demo_trace() {
	title "What happened to one booking"
	tell <<-END
		The first booking of all, from its request to the last who was told.
	END
	run './hotel trace 1'
	kept "its whole story can be told" 'Booked'
}

demo_check() {
	title "The books are balanced"
	tell <<-END
		At last everything is looked through, in all databases and the broker: nights that belong to
		two books, money without a booking, a booking without money, a notification lost or told
		twice, an event that did not arrive.
	END
	run './hotel check --wait 30'
	kept "nothing that must never be" '^all [0-9]+ invariants hold$'
	run './hotel status'
	kept "all of it runs" '^worker-alarm +running'
}
