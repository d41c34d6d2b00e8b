# SPDX-License-Identifier: MIT
# rabbitmq - the broker of this instance: configuration, readiness, definitions, and its tools.
# shellcheck shell=bash

rabbitmq_configure() {
	render "$ROOT/ops/rabbitmq.conf.in" STATE "$STATE" AMQP_PORT "$(port_of amqp)" |
		state_write "$STATE/rabbitmq/rabbitmq.conf"
	rabbitmq_environment | state_write "$STATE/rabbitmq/environment"
	printf '[].\n' | state_write "$STATE/rabbitmq/enabled_plugins"
	rabbitmq_definitions | state_write "$STATE/rabbitmq/definitions.json"
	if ! cmp -s -- "$STATE/secrets/erlang-cookie" "$STATE/rabbitmq/.erlang.cookie"; then
		rm -f -- "$STATE/rabbitmq/.erlang.cookie"
		(umask 277 && cat "$STATE/secrets/erlang-cookie" >"$STATE/rabbitmq/.erlang.cookie")
	fi
}

# Users, policies, queues and bindings of the broker, with the password hashes of this instance.
rabbitmq_definitions() {
	local context hashes=()
	for context in "${QUEUES[@]}" check operator; do
		hashes+=("HASH_$context" "$(broker_password_hash "amqp-$context")")
	done
	render "$ROOT/ops/broker/definitions.json.in" "${hashes[@]}" \
		HISTORY_DAYS $((10#${SETTING[HOTEL_HISTORY_DAYS]:-30})) \
		HISTORY_BYTES $((10#${SETTING[HOTEL_HISTORY_MB]:-4000} * 1000000))
}

# The environment of the server and its tools. The node name contains an address, so that no host name
# needs to resolve; all ports listen on loopback.
rabbitmq_environment() {
	local folder=$STATE/rabbitmq
	cat <<-END
		HOME='$folder'
		ERL_EPMD_ADDRESS=127.0.0.1
		ERL_EPMD_PORT=$(port_of epmd)
		ERL_CRASH_DUMP_SECONDS=0
		RABBITMQ_USE_LONGNAME=true
		RABBITMQ_NODENAME=hotel@127.0.0.1
		RABBITMQ_DIST_PORT=$(port_of dist)
		RABBITMQ_CONF_ENV_FILE=/dev/null
		RABBITMQ_CONFIG_FILE='$folder/rabbitmq.conf'
		RABBITMQ_ADVANCED_CONFIG_FILE='$folder/advanced.config'
		RABBITMQ_ENABLED_PLUGINS_FILE='$folder/enabled_plugins'
		RABBITMQ_GENERATED_CONFIG_DIR='$folder/generated'
		RABBITMQ_SCHEMA_DIR='$folder/schema'
		RABBITMQ_MNESIA_BASE='$folder/mnesia'
		RABBITMQ_PID_FILE='$folder/pid'
		RABBITMQ_LOG_BASE='$STATE/log'
		RABBITMQ_LOGS=-
		RABBITMQ_UPGRADE_LOG=-
		RABBITMQ_SCHEDULER_BIND_TYPE=u
		RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}'
		RABBITMQ_CTL_ERL_ARGS='-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}'
	END
}

# Sends the AMQP protocol header and expects the first byte of the reply. RabbitMQ does not listen before
# it is ready.
rabbitmq_ready() {
	# shellcheck disable=SC2016 # the inner bash expands it
	timeout 3 bash -c 'exec 4<>"/dev/tcp/127.0.0.1/$1" || exit 1
		printf "AMQP\0\0\x09\x01" >&4
		[[ $(head -c 1 <&4 | od -An -tx1) == " 01" ]]' _ "$(port_of amqp)" 2>/dev/null
}

# rabbitmq_tool TOOL ARGUMENT...: runs a tool of RabbitMQ on the broker of this instance.
rabbitmq_tool() (
	set -a
	# shellcheck source=/dev/null
	source "$STATE/rabbitmq/environment"
	set +a
	exec "/usr/lib/rabbitmq/bin/$1" "${@:2}"
)

# Imports definitions.json without a restart, once for each version of it. Existing queues keep their
# messages. RabbitMQ 3.10 syncs the location of a new queue to disk only every three minutes, and a
# crash before that loses the queue; so sync it now.
rabbitmq_apply_definitions() {
	local wanted=$STATE/rabbitmq/definitions.json applied=$STATE/rabbitmq/mnesia/definitions.applied
	cmp -s -- "$wanted" "$applied" && return
	rabbitmq_tool rabbitmqctl -q import_definitions "$wanted" >/dev/null ||
		fail "RabbitMQ did not accept its definitions; see $STATE/log/rabbitmq.log"
	rabbitmq_tool rabbitmqctl -q eval '[dets:sync(Table) || Table <- dets:all()].' >/dev/null ||
		fail "RabbitMQ could not sync its queues to disk; see $STATE/log/rabbitmq.log"
	cp -- "$wanted" "$applied"
}
