# SPDX-License-Identifier: MIT
# instance - a whole instance: its existence, its configuration, and how it is stopped.
# shellcheck shell=bash

# For commands that change a running instance: takes the lock, loads the settings, requires supervisor.
instance_require() {
	state_require
	state_lock
	restore_require_complete
	settings_load
	supervisor_is_running || fail "MyHotel is down; start it with: $(hotel_command up)"
}

# instance_require_up CODE: for commands that only read; exits with their code for a server that is down.
instance_require_up() {
	supervisor_is_running && return
	warn "MyHotel is down; start it with: $(hotel_command up)"
	exit "$1"
}

# servers_hint SERVER...: says how to start the servers that are down, before a tool that needs them runs.
# The tool reports the failure itself and has its own exit code for it.
servers_hint() {
	local server
	for server in "$@"; do
		"${server}_ready" || warn "$server is down; start it with: $(hotel_command start "$server")"
	done
}

# Writes everything that servers and programs read at their start.
instance_configure() {
	ports_ensure
	secrets_make
	keys_make
	mariadb_configure
	rabbitmq_configure
	nginx_configure
	specs_stage
}

# Stops nginx first, so that no new requests come in, then the programs, then the servers they need.
names_stop_in_order() {
	local name web=() programs=() servers=()
	for name in "$@"; do
		case $name in
		nginx) web+=("$name") ;;
		mariadb | rabbitmq) servers+=("$name") ;;
		*) programs+=("$name") ;;
		esac
	done
	((${#web[@]} == 0)) || names_stop "${web[@]}"
	((${#programs[@]} == 0)) || names_stop "${programs[@]}"
	((${#servers[@]} == 0)) || names_stop "${servers[@]}"
}

# Ends every process of this instance, also when its supervisor is gone.
instance_stop() {
	local identity pid end=$((SECONDS + STOP_WAIT_S))
	if pid=$(supervisor_pid) && identity_read "$pid"; then
		identity=$IDENTITY
		names_stop_in_order nginx "${PROGRAMS[@]}" mariadb rabbitmq
		supervisor_call shutdown || true
		while identity_is_alive "$identity"; do
			((SECONDS < end)) || fail "supervisor (process $pid) does not end"
			# Supervisor's shutdown advances once a second, or with each call.
			supervisor_call getState || sleep 0.1
		done
	fi
	leftovers_end
	find "$STATE/run" \( -type s -o -name '*.pid' \) -delete 2>/dev/null || true
}
