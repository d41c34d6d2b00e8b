# SPDX-License-Identifier: MIT
# consumer - broker users, permissions and queues for programs of others that consume the events, for
# ./hotel consumer and compose/consumer.
#
# The command that sources this must define these functions first:
#
#	rabbitmq_tool    run one of RabbitMQ's own tools on this broker
#	rabbitmq_import  import the definitions on standard input: not every rabbitmqctl can read them from
#	                 there to the end
#	rabbitmq_log     print where the broker logs its errors
# shellcheck shell=bash

require_functions shared/consumer rabbitmq_tool rabbitmq_import rabbitmq_log

consumer_require_name() {
	[[ $1 =~ ^[a-z][a-z0-9-]{0,30}$ ]] ||
		usage_error "invalid name: $1; use a lower-case letter, then up to 30 lower-case letters, digits or -"
	# Names of existing queues, exchanges and users.
	! contains "$1" "${CONTEXTS[@]}" q events history marks check amq guest ||
		usage_error "$1 is a name of MyHotel itself; use another name"
}

# consumer_allow NAME HASH: creates the user with its permissions; idempotent.
consumer_allow() {
	consumer_definitions "$1" "$2" | rabbitmq_import ||
		fail "RabbitMQ did not accept the user; see $(rabbitmq_log)"
}

# In the format of ops/broker/definitions.json.in. Permissions are by name, for queues and exchanges
# alike.
consumer_definitions() {
	local own="$1(\\\\..*)?"
	cat <<-END
		{
			"users": [{"name": "$1", "password_hash": "$2",
				"hashing_algorithm": "rabbit_password_hashing_sha256", "tags": "", "limits": {}}],
			"permissions": [{"user": "$1", "vhost": "/", "configure": "^$own\$", "write": "^$own\$",
				"read": "^($own|events|history)\$"}]
		}
	END
}

# "QUEUE MESSAGES CONSUMERS" for each queue.
consumer_queues() {
	rabbitmq_tool rabbitmqctl -q --no-table-headers list_queues name messages consumers ||
		fail "RabbitMQ did not list its queues; see $(rabbitmq_log)"
}

# consumer_show NAME...: the waiting events and the connected readers of each.
consumer_show() {
	local name queues
	queues=$(consumer_queues)
	for name in "$@"; do
		awk -v name="$name" '$1 == name || index($1, name ".") == 1 { waiting += $2; reading += $3 }
			END { printf "%-31s %d waiting, %d reading\n", name, waiting, reading }' <<<"$queues"
	done
}

# Deletes the user and then its queues: without a user nothing can declare them again.
consumer_forbid() {
	local name=$1 queue queues
	rabbitmq_tool rabbitmqctl -q delete_user "$name" >/dev/null 2>&1 </dev/null || consumer_is_unknown "$name" ||
		fail "RabbitMQ did not delete the user $name; see $(rabbitmq_log)"
	queues=$(consumer_queues)
	while read -r queue _; do
		[[ $queue == "$name" || $queue == "$name".* ]] || continue
		rabbitmq_tool rabbitmqctl -q delete_queue "$queue" >/dev/null </dev/null ||
			fail "RabbitMQ did not delete the queue $queue; see $(rabbitmq_log)"
	done <<<"$queues"
}

# Whether the broker confirms that it has no such user.
consumer_is_unknown() {
	local users
	users=$(rabbitmq_tool rabbitmqctl -q --no-table-headers list_users </dev/null) &&
		awk -v name="$1" '$1 == name { found = 1 } END { exit found }' <<<"$users"
}
