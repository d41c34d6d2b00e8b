# instance - all of it: is it there, and how it ends.
# shellcheck shell=bash

# For commands that change a running instance: holds the lock, has settings and supervisor.
instance_require() {
	state_require
	state_lock
	restored_require_whole
	settings_load
	supervisor_is_running || fail "MyHotel is down; start it with: $(again up)"
}

# For commands that only ask: ends with their own exit code for a server that is away.
instance_require_up() {
	supervisor_is_running && return
	warn "MyHotel is down; start it with: $(again up)"
	exit "$1"
}

# Everything that servers and programs read at their start, made of the settings.
instance_configure() {
	ports_ensure
	secrets_make
	mariadb_configure
	rabbitmq_configure
	nginx_configure
	recipes_render
}

# The order of the end: no new requests, then the programs, then what they need.
names_stop_in_turn() {
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

# Ends every process of this instance, whether its supervisor still lives or not.
instance_stop() {
	local life pid end=$((SECONDS + STOP_WAIT_S))
	if pid=$(supervisor_pid) && life_note "$pid"; then
		life=$LIFE
		names_stop_in_turn nginx "${PROGRAMS[@]}" mariadb rabbitmq
		supervisor_call shutdown || true
		while lives "$life"; do
			((SECONDS < end)) || fail "supervisor (process $pid) does not end"
			# It takes one more step of its end each second, or whenever it is spoken to.
			supervisor_call getState || sleep 0.1
		done
	fi
	leftovers_end
	find "$STATE/run" \( -type s -o -name '*.pid' \) -delete 2>/dev/null || true
}
