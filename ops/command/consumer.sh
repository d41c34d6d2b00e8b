# consumer - let a program of your own follow the events: give it a user of the broker
#
# Usage: ./hotel consumer add NAME
#        ./hotel consumer list
#        ./hotel consumer remove NAME
#
# add makes a user NAME that may declare, bind and read queues called NAME or NAME.something, and
# read the exchange events and the stream history; it may do nothing else. How to log in is written
# to consumers/NAME in the state folder, as AMQP_URL=..., and that path is shown. Again, it sets the
# same password and the rights as they are now; do so if the broker's data was lost.
# list shows each with the events that wait for it. remove takes the user away, and its queues with
# all that waits in them. What a consumer has to know is in docs/asyncapi.yaml; docs/examples/marketing
# is one.
#
# Examples:
#   ./hotel consumer add marketing
#   ./hotel consumer list
#
# Exit codes: 0 done; 1 the broker does not run, or did not do it; 2 wrong use, or no such consumer.

# shellcheck shell=bash

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

rabbitmq_log() {
	printf '%s' "$STATE/log/rabbitmq.log"
}

rabbitmq_import() {
	local file=$STATE/rabbitmq/consumer.json
	state_write "$file" && rabbitmq_tool rabbitmqctl -q import_definitions "$file" >/dev/null
}

consumer_add() {
	local name=$1 file=$STATE/consumers/$1 hash
	(umask 077 && mkdir -p -- "$STATE/consumers")
	secret_make "consumer-$name"
	hash=$(broker_password_hash "consumer-$name")
	consumer_allow "$name" "$hash"
	printf 'AMQP_URL=amqp://%s:%s@127.0.0.1:%s/%%2F\n' "$name" "$(<"$STATE/secrets/consumer-$name")" \
		"$(port_of amqp)" | state_write "$file"
	say "$name may follow the events; how it logs in is in $file"
}

consumer_list() {
	local names
	[[ -d $STATE/consumers ]] || return 0
	mapfile -t names < <(find "$STATE/consumers" -type f ! -name '*.new' -printf '%f\n' | sort)
	consumer_show "${names[@]}"
}

consumer_remove() {
	local name=$1
	[[ -e $STATE/consumers/$name || -e $STATE/secrets/consumer-$name ]] ||
		usage_error "there is no consumer \"$name\"; see: $(again consumer list)"
	consumer_forbid "$name"
	rm -f -- "$STATE/consumers/$name" "$STATE/secrets/consumer-$name"
	say "$name is removed, with its queues"
}
