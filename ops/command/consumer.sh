# consumer - let a program of your own follow the events: give it a user of the broker
#
# Usage: ./hotel consumer add NAME
#        ./hotel consumer list
#        ./hotel consumer remove NAME
#
# add makes a user NAME that may declare, bind and read queues called NAME or NAME.something, and
# read the exchanges room, book and pay and the stream history; it may do nothing else. How to log
# in is written to consumers/NAME in the state folder, as AMQP_URL=..., and that path is shown.
# Again, it sets the same password and the same rights; do so if the broker's data was lost.
# list shows each with the events that wait for it. remove takes the user away, and its queues with
# all that waits in them. What a consumer has to know is in docs/asyncapi.yaml; examples/marketing
# is one.
#
# Examples:
#   ./hotel consumer add marketing
#   ./hotel consumer list
#
# Exit codes: 0 done; 1 the broker does not run, or did not do it; 2 wrong use, or no such consumer.

# shellcheck shell=bash

# Names that are somebody else's queues, exchanges or users.
readonly CONSUMER_TAKEN=("${CONTEXTS[@]}" history check amq guest)

command_main() {
	local action=${1:-}
	(($# > 0)) || usage_show consumer
	case $action:$# in
	add:2 | remove:2) consumer_require_name "$2" ;;
	list:1) ;;
	*) usage_error "add NAME, list or remove NAME; see: $(again help consumer)" ;;
	esac
	instance_require
	rabbitmq_ready || fail "RabbitMQ does not run; start it with: $(again start rabbitmq)"
	"consumer_$action" "${2:-}"
}

consumer_require_name() {
	[[ $1 =~ ^[a-z][a-z0-9-]{0,30}$ ]] ||
		usage_error "\"$1\" is no name: a letter, then up to 30 letters, digits and - ; all small"
	! contains "$1" "${CONSUMER_TAKEN[@]}" || usage_error "\"$1\" is MyHotel's own; take another name"
}

consumer_add() {
	local name=$1 file=$STATE/consumers/$1 hash
	(umask 077 && mkdir -p -- "$STATE/consumers")
	secret_make "consumer-$name"
	hash=$(broker_password_hash "consumer-$name")
	consumer_definitions "$name" "$hash" | rabbitmq_tool rabbitmqctl -q import_definitions >/dev/null ||
		fail "RabbitMQ did not take the user; see $STATE/log/rabbitmq.log"
	printf 'AMQP_URL=amqp://%s:%s@127.0.0.1:%s/%%2F\n' "$name" "$(<"$STATE/secrets/consumer-$name")" \
		"$(port_of amqp)" | state_write "$file"
	say "$name may follow the events; how it logs in is in $file"
}

# The same form that the broker's own definitions have; to load it again changes nothing.
consumer_definitions() {
	local own="$1(\\\\..*)?"
	cat <<-END
		{
			"users": [{"name": "$1", "password_hash": "$2",
				"hashing_algorithm": "rabbit_password_hashing_sha256", "tags": "", "limits": {}}],
			"permissions": [{"user": "$1", "vhost": "/", "configure": "^$own\$", "write": "^$own\$",
				"read": "^($own|room|book|pay|history)\$"}]
		}
	END
}

consumer_names() {
	[[ ! -d $STATE/consumers ]] || find "$STATE/consumers" -type f ! -name '*.new' -printf '%f\n' | sort
}

# "queue messages consumers" of all queues.
consumer_queues() {
	rabbitmq_tool rabbitmqctl -q --no-table-headers list_queues name messages consumers ||
		fail "RabbitMQ did not tell its queues; see $STATE/log/rabbitmq.log"
}

consumer_list() {
	local name queues
	queues=$(consumer_queues)
	for name in $(consumer_names); do
		awk -v name="$name" '$1 == name || index($1, name ".") == 1 { waiting += $2; reading += $3 }
			END { printf "%-31s %d waiting, %d reading\n", name, waiting, reading }' <<<"$queues"
	done
}

consumer_remove() {
	local name=$1 queue queues
	[[ -e $STATE/consumers/$name || -e $STATE/secrets/consumer-$name ]] ||
		usage_error "there is no consumer \"$name\"; see: $(again consumer list)"
	# First the user, so that nothing is declared anew behind us.
	rabbitmq_tool rabbitmqctl -q delete_user "$name" >/dev/null 2>&1 || true
	queues=$(consumer_queues)
	while read -r queue _; do
		[[ $queue == "$name" || $queue == "$name".* ]] || continue
		rabbitmq_tool rabbitmqctl -q delete_queue "$queue" >/dev/null ||
			fail "RabbitMQ did not delete the queue $queue; see $STATE/log/rabbitmq.log"
	done <<<"$queues"
	rm -f -- "$STATE/consumers/$name" "$STATE/secrets/consumer-$name"
	say "$name is removed, with its queues"
}
