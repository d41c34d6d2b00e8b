# doctor - look for what is wrong with this machine or this instance, and how to mend it
#
# Usage: ./hotel doctor
#
# Looks at the machine (packages, port, disk, clock, limits), at the state folder (rights, owner,
# settings), and at what runs (processes, migrations, dead letters, queues, outboxes, breakers).
# Each finding comes with the command that mends it, or that shows more. Changes nothing, and works
# before the first `up` as well. Settings in the environment are looked at as `up` would take them.
#
# Exit codes: 0 nothing found; 1 findings; 2 wrong use.

# shellcheck shell=bash

# What is looked at, in this order: look_NAME tells its findings, if it has any.
readonly LOOKS_MACHINE=(packages policy localhost clock descriptors path folder disk ports)
readonly LOOKS_STATE=(owner rights settings restored)
readonly LOOKS_DOWN=(leftovers down)
readonly LOOKS_UP=(stopped failing silent outdated unready migrations queues outboxes breakers)

readonly DISK_MIN_MB=1024
readonly DESCRIPTORS_MIN=8192 # nginx: two for each of its 4096 connections
readonly OUTBOX_OLD_S=60
readonly CLOCK_AHEAD='1 minute'

command_main() {
	local look looks=("${LOOKS_MACHINE[@]}")
	(($# == 0)) || usage_error "doctor takes no arguments"
	FINDINGS=0
	settings_load
	settings_merge_environment
	if state_exists; then
		build_locate
		looks+=("${LOOKS_STATE[@]}")
		if supervisor_is_running; then
			processes_look
			looks+=("${LOOKS_UP[@]}")
		else
			looks+=("${LOOKS_DOWN[@]}")
		fi
	fi
	for look in "${looks[@]}"; do
		"look_$look"
	done
	((FINDINGS == 0)) || exit "$EXIT_FAILED"
	say "Nothing is wrong."
	state_exists || say "There is no instance in $STATE yet; begin with: $(again up)"
}

# What is wrong, and the command that mends it.
finding() {
	FINDINGS=$((FINDINGS + 1))
	printf '%s\n    %s\n' "$1" "$2"
}

quoted() {
	printf '%q' "$1"
}

# What another part of ./hotel would refuse to go on for; nothing if it would go on.
refusal_of() {
	local said
	said=$( ("$@") 2>&1) || printf '%s' "${said#hotel: }"
}

# ---- the machine ----

look_packages() {
	local missing
	mapfile -t missing < <(packages_missing build run)
	((${#missing[@]} == 0)) || finding "packages are missing: ${missing[*]}" \
		"apt-get install --no-install-recommends ${missing[*]}   # as root; or: $(again up)"
}

look_policy() {
	policy_is_ours && ! apt_is_busy || return 0
	finding "$POLICY is left from an installation and keeps servers from starting" "rm $POLICY   # as root"
}

apt_is_busy() {
	grep -qlxE 'apt-get|apt|dpkg' /proc/[0-9]*/comm 2>/dev/null
}

look_localhost() {
	localhost_resolves || finding "localhost is not a name of this machine: tests need it, and other programs" \
		"echo '127.0.0.1 localhost' >>/etc/hosts   # as root"
}

# Nothing that is written down can be from the future.
look_clock() {
	local file
	file=$(find "$ROOT/hotel" "$STATE/settings" "$STATE/log" -maxdepth 1 -type f \
		-newermt "$CLOCK_AHEAD" -print -quit 2>/dev/null) || true
	[[ -z $file ]] || finding "the clock says $(date '+%F %T %Z'), but $file is from $(date -r "$file" '+%F %T')" \
		"timedatectl set-ntp true   # or: date -s TIME; as root"
}

look_descriptors() {
	local hard
	hard=$(ulimit -H -n)
	[[ $hard == unlimited ]] || ((hard >= DESCRIPTORS_MIN)) ||
		finding "a process may open $hard files at most; $DESCRIPTORS_MIN are wanted" \
			"echo '* hard nofile 65536' >/etc/security/limits.d/myhotel.conf   # as root; then log in anew"
}

look_path() {
	local refusal
	refusal=$(refusal_of state_check_path)
	[[ -z $refusal ]] || finding "$refusal" "HOTEL_STATE=\$HOME/.myhotel ./hotel up"
}

# Ours, or still to be made.
look_folder() {
	local folder
	folder=$(state_folder_or_above)
	if [[ ! -w $folder || ! -x $folder ]]; then
		finding "$folder cannot be written by $(id -un)" "HOTEL_STATE=\$HOME/.myhotel ./hotel up"
	elif [[ $folder == "$STATE" ]] && ! state_exists && [[ -n $(ls -A -- "$folder") ]]; then
		finding "$folder is not a state folder of MyHotel, and is left alone" \
			"HOTEL_STATE=\$HOME/.myhotel ./hotel up"
	fi
}

# The state folder or, as long as it is not there, what it would be made in.
state_folder_or_above() {
	local folder=$STATE
	while [[ ! -d $folder ]]; do
		folder=$(dirname -- "$folder")
	done
	printf '%s' "$folder"
}

look_disk() {
	local folder free
	folder=$(state_folder_or_above)
	free=$(df --output=avail -BM -- "$folder" | tail -n 1 | tr -dc '0-9')
	((free >= DISK_MIN_MB)) || finding "only $free MB are free below $folder; $DISK_MIN_MB are wanted" \
		"du -xsh $(quoted "$folder")/* | sort -h   # then make room"
}

look_ports() {
	look_port HOTEL_PORT "${SETTING[HOTEL_LISTEN]}"
	look_port HOTEL_METRICS_PORT 127.0.0.1
}

look_port() {
	local setting=$1 port=${SETTING[$1]} refusal
	refusal=$(refusal_of port_require_free "$@")
	[[ -z $refusal ]] || finding "${refusal%%. *}" \
		"$setting=$((port < 65000 ? port + 1 : 8081)) $(again up)"
}

# ---- the state folder ----

look_owner() {
	local me owner file
	me=$(id -un)
	owner=$(stat -c %U -- "$STATE")
	if [[ $owner != "$me" ]]; then
		finding "$STATE belongs to $owner, and you are $me" "sudo -u $owner $(again doctor)"
		return
	fi
	file=$(find "$STATE" ! -user "$me" -print -quit 2>/dev/null)
	[[ -z $file ]] || finding "$file belongs to $(stat -c %U -- "$file"), not to $me" \
		"chown -R $me $(quoted "$STATE")   # as root"
}

look_rights() {
	local open
	open=$(find "$STATE" -maxdepth 0 -perm /077 -print -quit &&
		find "$STATE/secrets" "$STATE/settings" "$STATE/consumers" -perm /077 -print -quit 2>/dev/null) || true
	[[ -z $open ]] || finding "others may read $(head -n 1 <<<"$open")" "chmod -R go= $(quoted "$STATE")"
}

look_settings() {
	local faults
	faults=$(settings_own_faults && { [[ ! -x $BUILD/bin/fcgi-book ]] || settings_program_faults; })
	[[ -z $faults ]] || finding "settings are not valid: $(paste -sd';' <<<"$faults")" \
		"\${EDITOR:-vi} $(quoted "$STATE/settings") && $(again up)"
}

look_restored() {
	[[ ! -e $STATE/restoring ]] || finding "a restore into this instance was begun and did not end" \
		"$(again restore FILE)"
}

# ---- an instance that is down ----

look_leftovers() {
	local left
	left=$(processes_ours | paste -sd' ')
	[[ -z $left ]] || finding "the supervisor is gone, its processes are not: $left" "$(again down)"
}

look_down() {
	finding "MyHotel is down" "$(again up)"
}

# ---- an instance that runs ----

# Names of programs and servers of which something holds.
names_that() {
	local name
	for name in "${SERVERS[@]}" "${PROGRAMS[@]}"; do
		! "$1" "$name" || printf '%s\n' "$name"
	done
}

look_stopped() {
	local names
	names=$(names_that stopped_on_purpose | paste -sd' ')
	[[ -z $names ]] || finding "stopped, until started by name: $names" "$(again start "$names")"
}

name_fails() {
	local process
	! stopped_on_purpose "$1" || return 1
	for process in $(processes_of "$1"); do
		! process_fails "$process" || return 0
	done
	return 1
}

look_failing() {
	local name
	for name in $(names_that name_fails); do
		finding "$name ends right after its start, again and again: $(log_last "$name")" "$(again logs "$name")"
	done
}

log_last() {
	tail -n 1 -- "$STATE/log/$1.log" 2>/dev/null | cut -c1-200
}

name_is_silent() {
	! stopped_on_purpose "$1" && ! name_runs "$1" && ! name_fails "$1"
}

look_silent() {
	local names
	names=$(names_that name_is_silent | paste -sd' ')
	[[ -z $names ]] || finding "these do not run: $names" "$(again start "$names")"
}

look_outdated() {
	local names
	names=$(names_that name_outdated | paste -sd' ')
	[[ -z $names ]] || finding "these run with earlier settings or an earlier build: $names" "$(again up)"
}

name_unready() {
	local process
	name_runs "$1" && ! name_fails "$1" || return 1
	for process in $(processes_of "$1"); do
		process_ready "$process" || return 0
	done
	return 1
}

look_unready() {
	local name
	for name in $(names_that name_unready); do
		finding "$name runs, but is not ready: $(log_last "$name")" "$(again logs "$name")"
	done
}

# The migrator fails with --pending when there is something to do, or when it could not look.
look_migrations() {
	local pending
	mariadb_ready || return 0
	pending=$(mariadb_migrator --pending 2>&1) ||
		finding "migrations are not applied: $(paste -sd' ' <<<"$pending")" "$(again up)"
}

look_queues() {
	local queue messages readers
	rabbitmq_ready || return 0
	while read -r queue messages readers; do
		((messages > 0)) || continue
		if [[ $queue == *.dead ]]; then
			look_dead "${queue%.dead}" "$messages"
		elif ((readers == 0)) && ! contains "$queue" "${CONTEXTS[@]}" history; then
			finding "$messages events wait in the queue $queue, which nobody reads" \
				"$(again consumer list)   # start its program, or: $(again consumer remove NAME)"
		fi
	done < <(rabbitmq_tool rabbitmqctl -q list_queues name messages consumers --no-table-headers)
}

look_dead() {
	finding "$2 events could not be applied by worker-$1 and are kept" \
		"$(again dead list "$1")   # mend the cause, then: $(again dead resend "$1" --all)"
}

look_outboxes() {
	local context age
	mariadb_ready || return 0
	for context in room book pay; do
		age=$(outbox_age "$context")
		((${age:-0} > OUTBOX_OLD_S)) || continue
		if name_runs rabbitmq && name_runs "worker-$context"; then
			finding "events of $context wait for $age s, though RabbitMQ runs" "$(again logs "worker-$context")"
		else
			finding "events of $context wait for $age s" "$(again start rabbitmq "worker-$context")"
		fi
	done
}

# How many seconds the oldest event has waited; 0 when none does.
outbox_age() {
	mariadb --no-defaults --connect-timeout=3 --socket="$STATE/run/mariadb.sock" --user="$(id -un)" -BNe \
		"SELECT COALESCE(TIMESTAMPDIFF(SECOND, MIN(time), UTC_TIMESTAMP(3)), 0) FROM hotel_$1.outbox" \
		2>/dev/null || true
}

look_breakers() {
	local told forced tripped
	told=$(breakers_not_closed)
	forced=$(awk '$2 == "forced" { print $1 }' <<<"$told" | paste -sd' ')
	tripped=$(awk 'NF && $2 != "forced" { print $1 }' <<<"$told" | paste -sd' ')
	[[ -z $forced ]] || finding "breakers were opened by hand, so that pay is not called: $forced" \
		"$(again breaker close)"
	[[ -z $tripped ]] || finding "breakers opened, as pay does not answer as it should: $tripped" \
		"$(again logs fcgi-pay fcgi-book)   # they close by themselves; sooner with: $(again breaker close)"
}
