#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A private RabbitMQ for tests: its own folder, ports, epmd and cookie, on loopback only.
#
#	rabbitmq.sh start DIR	starts it with the product's definitions and writes its port to DIR/port;
#				the password of each user hotel_<context> is "test"; a second start in
#				the same folder keeps ports and data
#	rabbitmq.sh stop DIR	stops it and its epmd
#	rabbitmq.sh kill DIR	kills it with SIGKILL, like a crash
#	rabbitmq.sh ctl DIR ...	runs rabbitmqctl on it
set -euo pipefail

usage() {
	sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2
	exit 2
}

[ $# -ge 2 ] || usage
action=$1
mkdir -p "$2"
dir=$(cd "$2" && pwd)
shift 2
definitions=$(cd "$(dirname "$0")/../../ops/broker" && pwd)/definitions.json.in
sbin=$(echo /usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin)

# Prints a port that nobody listens on, outside the range of ephemeral ports.
free_port() {
	local port
	while :; do
		port=$((20000 + RANDOM % 10000))
		if ! (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
			echo "$port"
			return
		fi
	done
}

# Prints RabbitMQ's hash of a password: base64 of a salt and of sha256(salt password).
password_hash() {
	local salt=salt digest
	digest=$(printf '%s%s' "$salt" "$1" | sha256sum | cut -d' ' -f1)
	# shellcheck disable=SC2059,SC2001 # the digest's bytes are to be made
	{ printf '%s' "$salt" && printf "$(sed 's/../\\x&/g' <<<"$digest")"; } | base64 -w0
}

prepare() {
	local hash
	[ -e "$dir/port" ] && return
	free_port >"$dir/epmd.port"
	free_port >"$dir/dist.port"
	hash=$(password_hash test)
	sed "s|@HASH_[a-z]*@|$hash|; s|@HISTORY_DAYS@|30|; s|@HISTORY_BYTES@|4000000000|" "$definitions" >"$dir/definitions.json"
	: >"$dir/env.conf"
	echo '[].' >"$dir/enabled_plugins"
	free_port >"$dir/port"
	cat >"$dir/rabbitmq.conf" <<-END
		listeners.tcp.1 = 127.0.0.1:$(<"$dir/port")
		load_definitions = $dir/definitions.json
		log.console = false
		log.file.level = info
		collect_statistics = none
		disk_free_limit.absolute = 10MB
	END
}

environment() {
	export HOME=$dir LC_ALL=C.UTF-8
	export RABBITMQ_CONF_ENV_FILE=$dir/env.conf
	export RABBITMQ_CONFIG_FILE=$dir/rabbitmq.conf
	export RABBITMQ_MNESIA_BASE=$dir/mnesia RABBITMQ_LOG_BASE=$dir/log
	export RABBITMQ_ENABLED_PLUGINS_FILE=$dir/enabled_plugins
	# An address instead of a host name, which may not resolve here.
	export RABBITMQ_NODENAME=test@127.0.0.1 RABBITMQ_USE_LONGNAME=true
	RABBITMQ_DIST_PORT=$(<"$dir/dist.port")
	ERL_EPMD_PORT=$(<"$dir/epmd.port")
	export RABBITMQ_DIST_PORT ERL_EPMD_PORT ERL_EPMD_ADDRESS=127.0.0.1
	export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1} \
		+S 2:2 +SDio 2 +A 16"
}

is_running() {
	[ -e "$dir/pid" ] && kill -0 "$(<"$dir/pid")" 2>/dev/null
}

start() {
	is_running && return
	prepare
	environment
	# detached: the script becomes the server instead of watching over it.
	detached=true setsid "$sbin/rabbitmq-server" >"$dir/output" 2>&1 </dev/null &
	echo $! >"$dir/pid"
	for _ in $(seq 600); do
		(: <>"/dev/tcp/127.0.0.1/$(<"$dir/port")") 2>/dev/null && return
		is_running || break
		sleep 0.1
	done
	echo "RabbitMQ did not start; see $dir/output and $dir/log" >&2
	tail -20 "$dir/output" >&2
	exit 1
}

# RabbitMQ 3.10 syncs the location of a new queue to disk only every three minutes, and a crash before that
# loses the queue. That is not what the tests are about, so sync it now.
keep_queues() {
	"$sbin/rabbitmqctl" --quiet eval '[dets:sync(Table) || Table <- dets:all()].' >/dev/null
}

# Sends the server a signal and waits for its end, 30 s at most.
finish() {
	local pid
	is_running || return 0
	pid=$(<"$dir/pid")
	kill "-$1" "$pid"
	for _ in $(seq 300); do
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.1
	done
	kill -KILL "$pid" 2>/dev/null || true
	rm -f "$dir/pid"
}

case $action in
start)
	start
	environment
	keep_queues
	;;
stop)
	[ -e "$dir/epmd.port" ] || exit 0
	finish TERM
	environment
	epmd -kill >/dev/null 2>&1 || true
	;;
kill)
	environment
	keep_queues || true
	finish KILL
	;;
ctl)
	environment
	"$sbin/rabbitmqctl" --quiet "$@"
	;;
*) usage ;;
esac
