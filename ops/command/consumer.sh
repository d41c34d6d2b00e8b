# SPDX-License-Identifier: MIT
# consumer - manage broker users for other programs that consume the events
#
# Usage: ./hotel consumer
#        ./hotel consumer add NAME
#        ./hotel consumer rotate NAME
#        ./hotel consumer list
#        ./hotel consumer remove NAME
#
# add creates the broker user NAME, which may declare, bind and read queues called NAME or
# NAME.something and read the exchange events and the stream history, and nothing else. Its
# credentials are written to the file consumers/NAME in the state folder as AMQP_URL=..., and the path
# is shown. add is idempotent: it sets the same password and the current permissions; run it again
# after the broker's data was lost. rotate gives it a new password and writes its file again: a program
# that is connected stays so, and needs the new login when it connects again. list, also without
# arguments, shows each consumer with the number of waiting events. remove deletes the user and its
# queues with all waiting events. docs/asyncapi.yaml describes what a consumer
# must know; docs/examples/marketing is an example.
#
# Examples:
#   ./hotel consumer add marketing
#   ./hotel consumer list
#
# Exit codes: 0 done; 1 the broker is down or refused; 2 wrong use or unknown consumer; 75 another
# ./hotel is running.

# shellcheck shell=bash

command_main() {
	local action=${1:-list}
	(($# < 2)) || consumer_require_name "$2"
	instance_require
	rabbitmq_ready || fail "RabbitMQ is down; start it with: $(hotel_command start rabbitmq)"
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
	say "$name may consume the events; its login is in $file"
}

consumer_rotate() {
	consumer_require_known "$1"
	secret_random | state_write "$STATE/secrets/consumer-$1"
	consumer_add "$1"
}

consumer_require_known() {
	[[ -e $STATE/consumers/$1 || -e $STATE/secrets/consumer-$1 ]] ||
		usage_error "unknown consumer: $1; see: $(hotel_command consumer list)"
}

consumer_list() {
	local names
	[[ -d $STATE/consumers ]] || return 0
	mapfile -t names < <(find "$STATE/consumers" -type f ! -name '*.new' -printf '%f\n' | sort)
	consumer_show "${names[@]}"
}

consumer_remove() {
	local name=$1
	consumer_require_known "$name"
	consumer_forbid "$name"
	rm -f -- "$STATE/consumers/$name" "$STATE/secrets/consumer-$name"
	say "$name and its queues are removed"
}

# shellcheck source=../shared/consumer.sh
source "$ROOT/ops/shared/consumer.sh"
