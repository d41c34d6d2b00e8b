# SPDX-License-Identifier: MIT
# ports - the public port must be free; private ports are chosen once and kept.
# shellcheck shell=bash

readonly PRIVATE_PORTS=(amqp epmd dist)
readonly PRIVATE_PORT_FIRST=20000 PRIVATE_PORT_COUNT=12000

# Fails when ports are not chosen yet.
port_of() {
	sed -n "s/^$1=//p" "$STATE/ports"
}

# "ADDRESS INODE" of every listening TCP socket on a port; the address as in /proc/net/tcp.
port_listeners() {
	local hex
	hex=$(printf '%04X' "$1")
	cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
		awk -v port="$hex" '$4 == "0A" { n = split($2, a, ":"); if (a[n] == port) print a[1], $10 }'
}

port_is_free() {
	[[ -z $(port_listeners "$1") ]]
}

# Chooses three consecutive free ports, so that instances rarely collide.
ports_choose() {
	local first n
	for ((n = 0; n < 200; n++)); do
		first=$((PRIVATE_PORT_FIRST + SRANDOM % (PRIVATE_PORT_COUNT / 3) * 3))
		if port_is_free "$first" && port_is_free $((first + 1)) && port_is_free $((first + 2)); then
			printf 'amqp=%d\nepmd=%d\ndist=%d\n' "$first" $((first + 1)) $((first + 2)) |
				state_write "$STATE/ports"
			return
		fi
	done
	fail "no three consecutive free ports found from $PRIVATE_PORT_FIRST"
}

# Keeps the ports of this instance, unless another process took one while the servers were down.
ports_ensure() {
	local name
	[[ -f $STATE/ports ]] || ports_choose
	supervisor_is_running && return
	for name in "${PRIVATE_PORTS[@]}"; do
		if ! port_is_free "$(port_of "$name")"; then
			ports_choose
			return
		fi
	done
}

# "nginx (process 812)" for the inode of a socket, if our permissions allow.
port_owner() {
	local link pid
	link=$(find /proc/[0-9]*/fd -lname "socket:\\[$1\\]" -print -quit 2>/dev/null) || true
	if [[ $link =~ ^/proc/([0-9]+)/ ]]; then
		pid=${BASH_REMATCH[1]}
		printf '%s (process %s)' "$(<"/proc/$pid/comm")" "$pid"
	else
		printf 'a process of another user'
	fi
}

# address_conflicts THEIRS OURS: whether a listener at THEIRS (as in /proc/net/tcp) blocks OURS.
address_conflicts() {
	local theirs=$1 ours=$2
	[[ $theirs =~ ^0+$ || $ours == 0.0.0.0 || $ours == :: ]] && return 0
	if [[ $ours == *:* ]]; then
		((${#theirs} == 32))
	elif [[ $ours =~ ^([0-9]+)\.([0-9]+)\.([0-9]+)\.([0-9]+)$ ]]; then
		[[ $theirs == "$(printf '%02X%02X%02X%02X' "${BASH_REMATCH[4]}" "${BASH_REMATCH[3]}" \
			"${BASH_REMATCH[2]}" "${BASH_REMATCH[1]}")" ]]
	else
		return 0
	fi
}

# ports_require_free [COMMAND...]: exits with the owner and the command to repeat (up, unless given) if
# another process uses HOTEL_PORT, HOTEL_HTTP_PORT or HOTEL_METRICS_PORT.
ports_require_free() {
	local -a PORT_FOR=("$@")
	port_require_free HOTEL_PORT "${SETTING[HOTEL_LISTEN]}"
	port_require_free HOTEL_HTTP_PORT "${SETTING[HOTEL_LISTEN]}"
	port_require_free HOTEL_METRICS_PORT 127.0.0.1
}

# Prints the first free port after PORT.
port_free_after() {
	local port
	for ((port = $1 < 65000 ? $1 + 1 : 8081; port < 65535; port++)); do
		! port_is_free "$port" || break
	done
	printf '%d' "$port"
}

port_require_free() {
	local setting=$1 ours=$2 port=${SETTING[$1]:-0} address inode
	[[ $port =~ ^[1-9][0-9]*$ ]] || return 0
	while read -r address inode; do
		address_conflicts "$address" "$ours" || continue
		nginx_has_socket "$inode" && continue
		fail "port $port is taken by $(port_owner "$inode"). Stop that process, or choose another port:" \
			"$setting=$(port_free_after "$port") $(hotel_command "${PORT_FOR[@]:-up}")"
	done < <(port_listeners "$port")
}
