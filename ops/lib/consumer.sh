# consumer - programs of others that follow the events: their names, what they may do, and their queues.
#
# Who uses it says how. The commands' own are rabbitmq_tool (one of RabbitMQ's tools, asked about this
# broker), rabbitmq_import (it takes the definitions that come in: rabbitmqctl does not everywhere find
# the end of what it reads itself) and rabbitmq_log (where the broker says why it did not do something).
# shellcheck shell=bash

consumer_require_name() {
	[[ $1 =~ ^[a-z][a-z0-9-]{0,30}$ ]] ||
		usage_error "\"$1\" is no name: a letter, then up to 30 letters, digits and - ; all small"
	# Somebody else's queues, exchanges or users.
	! contains "$1" "${CONTEXTS[@]}" events history check amq guest ||
		usage_error "\"$1\" is MyHotel's own; take another name"
}

# consumer_allow NAME HASH: the user with its rights; again, it changes nothing.
consumer_allow() {
	consumer_definitions "$1" "$2" | rabbitmq_import ||
		fail "RabbitMQ did not take the user; see $(rabbitmq_log)"
}

# The same form that the broker's own definitions have. Rights go by name, whatever has it: nobody is
# given any to room, book and pay, which are queues as well as exchanges.
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

# "queue messages consumers" of all queues.
consumer_queues() {
	rabbitmq_tool rabbitmqctl -q --no-table-headers list_queues name messages consumers ||
		fail "RabbitMQ did not tell its queues; see $(rabbitmq_log)"
}

# Of each of these, what waits in its queues and who reads them.
consumer_show() {
	local name queues
	queues=$(consumer_queues)
	for name in "$@"; do
		awk -v name="$name" '$1 == name || index($1, name ".") == 1 { waiting += $2; reading += $3 }
			END { printf "%-31s %d waiting, %d reading\n", name, waiting, reading }' <<<"$queues"
	done
}

# Takes away the user and its queues: first the user, so that nothing is declared anew behind us.
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

# Does the broker say that it has no such user?
consumer_is_unknown() {
	local users
	users=$(rabbitmq_tool rabbitmqctl -q --no-table-headers list_users </dev/null) &&
		awk -v name="$1" '$1 == name { found = 1 } END { exit found }' <<<"$users"
}
