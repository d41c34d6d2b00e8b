# doctor - look for what is wrong with this machine or this instance, and how to mend it
#
# Usage: ./hotel doctor
#
# Looks at packages, port, disk, rights, settings, processes, migrations and dead letters.
# Each finding comes with the command that mends it. Changes nothing.
#
# Exit codes: 0 nothing found; 1 findings.

# shellcheck shell=bash

readonly DISK_MIN_MB=1024

command_main() {
	(($# == 0)) || usage_error "doctor takes no arguments"
	FINDINGS=0
	settings_load
	doctor_machine
	if state_exists; then
		doctor_instance
	else
		finding "there is no instance in $STATE yet" "$(again up)"
	fi
	((FINDINGS == 0)) || exit "$EXIT_FAILED"
	say "Nothing is wrong."
}

# What is wrong, and the command that mends it.
finding() {
	FINDINGS=$((FINDINGS + 1))
	printf '%s\n    %s\n' "$1" "$2"
}

doctor_machine() {
	local missing free folder
	mapfile -t missing < <(packages_missing build run)
	((${#missing[@]} == 0)) || finding "packages are missing: ${missing[*]}" \
		"apt-get install --no-install-recommends ${missing[*]}   (or: $(again up))"
	if policy_is_ours && ! apt_is_busy; then
		finding "$POLICY is left from an installation and keeps servers from starting" "rm $POLICY"
	fi
	folder=$STATE
	while [[ ! -d $folder ]]; do
		folder=$(dirname -- "$folder")
	done
	free=$(df --output=avail -BM -- "$folder" | tail -n 1 | tr -dc '0-9')
	((free >= DISK_MIN_MB)) || finding "only $free MB are free below $folder" \
		"df -h $(printf '%q' "$folder")   (then make room; $DISK_MIN_MB MB are wanted)"
	[[ -w $folder && -x $folder ]] || finding "$folder cannot be written by $(id -un)" \
		"ls -ld $(printf '%q' "$folder")   (then run as its owner, or set HOTEL_STATE to another path)"
	doctor_port
}

apt_is_busy() {
	grep -qlxE 'apt-get|apt|dpkg' /proc/[0-9]*/comm 2>/dev/null
}

doctor_port() {
	local taken
	taken=$( (port_require_free) 2>&1) || finding "${taken#hotel: }" \
		"HOTEL_PORT=$((SETTING[HOTEL_PORT] < 65000 ? SETTING[HOTEL_PORT] + 1 : 8081)) $(again up)"
}

doctor_instance() {
	local left
	if ! supervisor_is_running; then
		left=$(processes_ours | paste -sd' ')
		[[ -z $left ]] || finding "the supervisor is gone, its processes are not: $left" "$(again down)"
		finding "MyHotel is down" "$(again up)"
		return
	fi
	processes_look
	doctor_names
	build_locate
	doctor_settings
	doctor_database
	doctor_broker
}

doctor_names() {
	local name down=
	for name in "${SERVERS[@]}" "${PROGRAMS[@]}"; do
		if stopped_on_purpose "$name"; then
			finding "$name is stopped" "$(again start "$name")"
			continue
		fi
		name_outdated "$name" &&
			finding "$name runs with earlier settings or an earlier build" "$(again up)"
		if ! name_runs "$name"; then
			down+=" $name"
		elif ! name_ready "$name"; then
			finding "$name is not ready" "$(again logs "$name")"
		fi
	done
	[[ -z $down ]] || finding "these do not run:$down" "$(again up)"
}

name_ready() {
	local process
	for process in $(processes_of "$1"); do
		process_ready "$process" || return 1
	done
}

doctor_settings() {
	local faults
	faults=$(settings_own_faults && settings_program_faults)
	[[ -z $faults ]] || finding "recorded settings are not valid: $faults" \
		"\${EDITOR:-vi} $(printf '%q' "$STATE/settings") && $(again up)"
}

doctor_database() {
	local pending
	mariadb_ready || return 0
	pending=$(mariadb_migrator --pending 2>/dev/null) && return
	[[ -z $pending ]] || finding "migrations are not applied: $(paste -sd' ' <<<"$pending")" "$(again up)"
}

doctor_broker() {
	local queue messages
	rabbitmq_ready || return 0
	while read -r queue messages; do
		[[ $queue == *.dead && $messages -gt 0 ]] || continue
		finding "$messages events of the queue ${queue%.dead} could not be applied and are kept in $queue" \
			"$(again logs "worker-${queue%.dead}")"
	done < <(rabbitmq_tool rabbitmqctl -q list_queues name messages --no-table-headers)
}
