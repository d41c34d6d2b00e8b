# SPDX-License-Identifier: MIT
# doctor - find problems of this machine or this instance, and how to fix them
#
# Usage: ./hotel doctor [--json]
#
# Checks the machine (packages, port, disk, clock, limits), the state folder (permissions, owner,
# settings) and the running system (processes, migrations, dead letters, queues, outboxes, breakers).
# Each finding is followed by the command that fixes it or shows more. Changes nothing, and also works
# before the first ./hotel up. HOTEL_* variables in the environment are checked as ./hotel up would use
# them. The last line says whether backups are encrypted.
#
# Options:
#   --json  print an array of {"check", "problem", "command"}; it is empty without findings
#
# Examples:
#   ./hotel doctor
#   ./hotel doctor --json | jq -r '.[].problem'
#
# Exit codes: 0 no findings; 1 findings; 2 wrong use.

# shellcheck shell=bash

# The checks in their order: check_NAME reports its findings, if any.
readonly CHECKS_MACHINE=(packages policy localhost clock descriptors path folder disk ports)
readonly CHECKS_STATE=(owner rights settings published certificate restored rotated)
readonly CHECKS_DOWN=(leftovers down)
readonly CHECKS_UP=(stopped failing missing outdated unready migrations queues bindings outboxes breakers)

readonly DISK_MIN_MB=1024
readonly DESCRIPTORS_MIN=16384 # nginx: one for each of its 16,000 connections
readonly CERTIFICATE_MIN_DAYS=14
readonly OUTBOX_OLD_S=60
readonly CLOCK_AHEAD='1 minute'

command_main() {
	local checks=("${CHECKS_MACHINE[@]}")
	FINDINGS=0
	settings_load
	settings_merge_environment
	if state_exists; then
		build_locate
		checks+=("${CHECKS_STATE[@]}")
		if supervisor_is_running; then
			processes_refresh
			checks+=("${CHECKS_UP[@]}")
		else
			checks+=("${CHECKS_DOWN[@]}")
		fi
	fi
	[[ -z ${OPTION[--json]:-} ]] || printf '['
	for CHECK in "${checks[@]}"; do
		"check_$CHECK"
	done
	[[ -z ${OPTION[--json]:-} ]] || printf '%s]\n' "$( ((FINDINGS == 0)) || echo)"
	if [[ -n ${OPTION[--json]:-} ]]; then
		((FINDINGS == 0)) || exit "$EXIT_FAILED"
		return
	fi
	((FINDINGS > 0)) || say "No problems found."
	! state_exists || say "$(backups_are)"
	((FINDINGS == 0)) || exit "$EXIT_FAILED"
	state_exists || say "There is no instance in $STATE yet; create it with: $(hotel_command up)"
}

# Not a finding: who reads a backup decides whether it has to be encrypted.
backups_are() {
	if [[ -n ${SETTING[HOTEL_BACKUP_KEY_FILE]:-} ]]; then
		printf 'Backups are encrypted for the keys in %s.' "${SETTING[HOTEL_BACKUP_KEY_FILE]}"
	else
		printf 'Backups are not encrypted; for a key: ./hotel help backup'
	fi
}

# finding PROBLEM COMMAND: COMMAND fixes it, or shows more.
finding() {
	FINDINGS=$((FINDINGS + 1))
	if [[ -n ${OPTION[--json]:-} ]]; then
		printf '%s\n{"check":"%s","problem":%s,"command":%s}' "$( ((FINDINGS == 1)) || printf ,)" "${CHECK:-}" \
			"$(json_text "$1")" "$(json_text "$2")"
	else
		printf '%s\n    %s\n' "$1" "$2"
	fi
}

quoted() {
	printf '%q' "$1"
}

# refusal_of FUNCTION...: the message with which another part of ./hotel fails; nothing if it succeeds.
refusal_of() {
	local message
	message=$( ("$@") 2>&1) || printf '%s' "${message#hotel: }"
}

# ---- the machine ----

check_packages() {
	local missing
	mapfile -t missing < <(packages_missing build run)
	((${#missing[@]} == 0)) || finding "packages are missing: ${missing[*]}" \
		"apt-get install --no-install-recommends ${missing[*]}   # as root; or: $(hotel_command up)"
}

check_policy() {
	policy_is_ours && ! apt_is_busy || return 0
	finding "$POLICY is left over from an installation and keeps packages from starting servers" "rm $POLICY   # as root"
}

apt_is_busy() {
	grep -qlxE 'apt-get|apt|dpkg' /proc/[0-9]*/comm 2>/dev/null
}

check_localhost() {
	localhost_resolves || finding "localhost does not resolve; tests and other programs need it" \
		"echo '127.0.0.1 localhost' >>/etc/hosts   # as root"
}

# A file from the future means that the clock is wrong.
check_clock() {
	local file
	file=$(find "$ROOT/hotel" "$STATE/settings" "$STATE/log" -maxdepth 1 -type f \
		-newermt "$CLOCK_AHEAD" -print -quit 2>/dev/null) || true
	[[ -z $file ]] || finding "the clock says $(date '+%F %T %Z'), but $file was changed at $(date -r "$file" '+%F %T')" \
		"timedatectl set-ntp true   # or: date -s TIME; as root"
}

check_descriptors() {
	local hard
	hard=$(ulimit -H -n)
	[[ $hard == unlimited ]] || ((hard >= DESCRIPTORS_MIN)) ||
		finding "a process may open only $hard files; $DESCRIPTORS_MIN are needed" \
			"echo '* hard nofile 65536' >/etc/security/limits.d/myhotel.conf   # as root; then log in again"
}

check_path() {
	local refusal
	refusal=$(refusal_of state_check_path)
	[[ -z $refusal ]] || finding "$refusal" "HOTEL_STATE=\$HOME/.myhotel ./hotel up"
}

# The state folder is ours, or can be created.
check_folder() {
	local folder
	folder=$(state_folder_or_above)
	if [[ ! -w $folder || ! -x $folder ]]; then
		finding "$(id -un) cannot write to $folder" "HOTEL_STATE=\$HOME/.myhotel ./hotel up"
	elif [[ $folder == "$STATE" ]] && ! state_exists && [[ -n $(ls -A -- "$folder") ]]; then
		finding "$folder is not a state folder of MyHotel" \
			"HOTEL_STATE=\$HOME/.myhotel ./hotel up"
	fi
}

# The state folder or, if it does not exist, the nearest existing parent.
state_folder_or_above() {
	local folder=$STATE
	while [[ ! -d $folder ]]; do
		folder=$(dirname -- "$folder")
	done
	printf '%s' "$folder"
}

check_disk() {
	local folder free
	folder=$(state_folder_or_above)
	free=$(df --output=avail -BM -- "$folder" | tail -n 1 | tr -dc '0-9')
	((free >= DISK_MIN_MB)) || finding "only $free MB are free in $folder; $DISK_MIN_MB are needed" \
		"du -xsh $(quoted "$folder")/* | sort -h   # then free some space"
}

check_ports() {
	check_port HOTEL_PORT "${SETTING[HOTEL_LISTEN]}"
	check_port HOTEL_HTTP_PORT "${SETTING[HOTEL_LISTEN]}"
	check_port HOTEL_METRICS_PORT 127.0.0.1
}

check_port() {
	local setting=$1 port=${SETTING[$1]:-0} refusal
	refusal=$(refusal_of port_require_free "$@")
	[[ -z $refusal ]] || finding "${refusal%%. *}" \
		"$setting=$(port_free_after "$port") $(hotel_command up)"
}

# ---- the state folder ----

check_owner() {
	local me owner file
	me=$(id -un)
	owner=$(stat -c %U -- "$STATE")
	if [[ $owner != "$me" ]]; then
		finding "$STATE belongs to $owner, but you are $me" "sudo -u $owner $(hotel_command doctor)"
		return
	fi
	file=$(find "$STATE" ! -user "$me" -print -quit 2>/dev/null)
	[[ -z $file ]] || finding "$file belongs to $(stat -c %U -- "$file"), not to $me" \
		"chown -R $me $(quoted "$STATE")   # as root"
}

check_rights() {
	local open
	open=$(find "$STATE" -maxdepth 0 -perm /077 -print -quit &&
		find "$STATE/secrets" "$STATE/settings" "$STATE/consumers" -perm /077 -print -quit 2>/dev/null) || true
	[[ -z $open ]] || finding "other users may read $(head -n 1 <<<"$open")" "chmod -R go= $(quoted "$STATE")"
}

check_settings() {
	local faults
	faults=$(settings_own_faults && settings_table_faults)
	[[ -n $faults || ! -x $BUILD/bin/fcgi-book ]] || faults=$(settings_program_faults)
	[[ -z $faults ]] || finding "settings are invalid: $(paste -sd';' <<<"$faults")" \
		"\${EDITOR:-vi} $(quoted "$STATE/settings") && $(hotel_command up)"
}

check_published() {
	local risk cure
	while IFS=$'\t' read -r risk cure; do
		finding "$risk" "$cure"
	done < <(edge_risks)
}

check_certificate() {
	local cert=${SETTING[HOTEL_TLS_CERT]:-}
	[[ -n $cert && -r $cert ]] && command -v openssl >/dev/null || return 0
	openssl x509 -in "$cert" -noout -checkend $((CERTIFICATE_MIN_DAYS * 86400)) >/dev/null 2>&1 ||
		finding "the certificate $cert ends within $CERTIFICATE_MIN_DAYS days, or has ended" \
			"openssl x509 -in $(quoted "$cert") -noout -subject -dates   # then replace it; nginx reads it by itself"
}

check_restored() {
	[[ ! -e $STATE/restoring ]] || finding "a restore into this instance was interrupted" \
		"$(hotel_command restore FILE)"
	[[ ! -e $STATE/unchecked ]] || finding "a restore into this instance was interrupted before its check" \
		"$(hotel_command restore FILE)   # the same file again; what was booked since is kept"
}

check_rotated() {
	local name
	for name in $(rotation_names); do
		! rotation_begun "$name" || finding "the replacement of the secret $name was interrupted" \
			"$(hotel_command secrets rotate "$name")"
	done
}

# ---- an instance that is down ----

check_leftovers() {
	local left
	left=$(processes_ours | paste -sd' ')
	[[ -z $left ]] || finding "supervisor has ended, but processes of this instance still run: $left" "$(hotel_command down)"
}

check_down() {
	finding "MyHotel is down" "$(hotel_command up)"
}

# ---- an instance that runs ----

# names_that FUNCTION: the programs and servers for which it succeeds.
names_that() {
	local name
	for name in "${SERVERS[@]}" "${PROGRAMS[@]}"; do
		! "$1" "$name" || printf '%s\n' "$name"
	done
}

check_stopped() {
	local names
	names=$(names_that stopped_on_purpose | paste -sd' ')
	[[ -z $names ]] || finding "stopped by an operator: $names" "$(hotel_command start "$names")"
}

name_fails() {
	local process
	! stopped_on_purpose "$1" || return 1
	for process in $(processes_of "$1"); do
		! process_fails "$process" || return 0
	done
	return 1
}

check_failing() {
	local name
	for name in $(names_that name_fails); do
		finding "$name repeatedly ends right after its start: $(log_last "$name")" "$(hotel_command logs "$name")"
	done
}

log_last() {
	tail -n 1 -- "$STATE/log/$1.log" 2>/dev/null | cut -c1-200
}

name_is_missing() {
	! stopped_on_purpose "$1" && ! name_runs "$1" && ! name_fails "$1"
}

check_missing() {
	local names
	names=$(names_that name_is_missing | paste -sd' ')
	[[ -z $names ]] || finding "not running: $names" "$(hotel_command start "$names")"
}

check_outdated() {
	local names
	names=$(names_that name_outdated | paste -sd' ')
	[[ -z $names ]] || finding "running with old settings or an old build: $names" "$(hotel_command up)"
}

name_unready() {
	local process
	name_runs "$1" && ! name_fails "$1" || return 1
	for process in $(processes_of "$1"); do
		process_ready "$process" || return 0
	done
	return 1
}

check_unready() {
	local name
	for name in $(names_that name_unready); do
		finding "$name runs but is not ready: $(log_last "$name")" "$(hotel_command logs "$name")"
	done
}

# With --pending the migrator fails when migrations are pending, or when it cannot check.
check_migrations() {
	local pending
	mariadb_ready || return 0
	pending=$(mariadb_migrator --pending 2>&1) ||
		finding "migrations are pending: $(paste -sd' ' <<<"$pending")" "$(hotel_command up)"
}

check_queues() {
	local queue messages readers
	rabbitmq_ready || return 0
	while read -r queue messages readers; do
		((messages > 0)) || continue
		if [[ $queue == q.*.dead ]]; then
			queue=${queue#q.}
			check_dead "${queue%.dead}" "$messages"
		elif contains "${queue%.dead}" "${QUEUES[@]}"; then
			finding "$messages messages wait in the queue $queue of an earlier version; worker-${queue%.dead} moves them" \
				"$(hotel_command start "worker-${queue%.dead}")   # then: $(hotel_command up)"
		elif ((readers == 0)) && ! contains "$queue" "${QUEUES[@]/#/q.}" history; then
			finding "$messages events wait in the queue $queue, which has no consumer" \
				"$(hotel_command consumer list)   # start that program, or: $(hotel_command consumer remove NAME)"
		fi
	done < <(rabbitmq_tool rabbitmqctl -q list_queues name messages consumers --no-table-headers)
}

# The definitions against what the broker has. Workers make the bindings of their queues again within seconds,
# those of the exchange events only an import of the definitions.
check_bindings() {
	local missing source destination
	rabbitmq_ready || return 0
	missing=$(bindings_missing)
	while IFS=$'\t' read -r source destination _; do
		[[ -z $source ]] || finding "the binding of $source to $destination is missing at the broker: what $source publishes does not get there" \
			"rm -f $(quoted "$STATE/rabbitmq/mnesia/definitions.applied") && $(hotel_command start rabbitmq)   # then see what was lost: $(hotel_command check)"
	done <<<"$missing"
}

# "SOURCE DESTINATION KEY" of the bindings in the definitions that the broker does not have, with tabs between.
bindings_missing() {
	comm -23 <(sed -n 's/.*{"source": "\([^"]*\)".*"destination": "\([^"]*\)".*"routing_key": "\([^"]*\)".*/\1\t\2\t\3/p' \
		"$STATE/rabbitmq/definitions.json" | sort) \
		<(rabbitmq_tool rabbitmqctl -q list_bindings source_name destination_name routing_key --no-table-headers | sort)
}

check_dead() {
	finding "$2 dead letters: events that worker-$1 could not apply" \
		"$(hotel_command dead list "$1")   # fix the cause, then: $(hotel_command dead resend "$1" --all)"
}

check_outboxes() {
	local context age
	mariadb_ready || return 0
	for context in room book pay; do
		age=$(outbox_age "$context")
		((${age:-0} > OUTBOX_OLD_S)) || continue
		if name_runs rabbitmq && name_runs "worker-$context"; then
			finding "events of $context have waited in the outbox for $age s, although RabbitMQ runs" "$(hotel_command logs "worker-$context")"
		else
			finding "events of $context have waited in the outbox for $age s" "$(hotel_command start rabbitmq "worker-$context")"
		fi
	done
}

# Seconds that the oldest event has waited; 0 if none waits.
outbox_age() {
	mariadb_admin -BNe \
		"SELECT COALESCE(TIMESTAMPDIFF(SECOND, MIN(time), UTC_TIMESTAMP(3)), 0) FROM hotel_$1.outbox" \
		2>/dev/null || true
}

# A half-open breaker refuses nothing: the next call is its probe.
check_breakers() {
	local breakers forced open
	breakers=$(breakers_not_closed)
	forced=$(awk '$2 == "forced" { print $1 }' <<<"$breakers" | paste -sd' ')
	open=$(awk '$2 == "open" { print $1 }' <<<"$breakers" | paste -sd' ')
	[[ -z $forced ]] || finding "circuit breakers are forced open, so pay is not called: $forced" \
		"$(hotel_command breaker close)"
	[[ -z $open ]] || finding "circuit breakers are open, because pay did not answer: $open" \
		"$(hotel_command logs fcgi-pay fcgi-book)   # they close when pay answers; sooner with: $(hotel_command breaker close)"
}
