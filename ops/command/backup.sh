# SPDX-License-Identifier: MIT
# backup - write a backup to one file while the system runs
#
# Usage: ./hotel backup [FILE|FOLDER]
#
# Without a FILE it is myhotel-DATE-TIME.backup in FOLDER or in the current folder. The backup has all
# databases at one moment, the events that waited in the queues at that moment, dead letters included,
# and the settings. It does not have the secrets (a restored instance makes its own) or history (see
# ./hotel help restore). It contains names and addresses of guests: protect it like the database, or
# encrypt it: HOTEL_BACKUP_KEY_FILE names a file of age's public keys, in the environment or recorded by
# up. Then nothing is on the disk in clear, and a restore needs one of the private keys, which belong to
# another machine.
#
# Bookings continue during a backup; events are delayed for some seconds while the workers are
# restarted. The file appears only when it is complete, and only its owner may read it. MariaDB and
# RabbitMQ must run.
#
# Examples:
#   ./hotel backup
#   ./hotel backup /var/backups/hotel
#   HOTEL_BACKUP_KEY_FILE=/etc/myhotel/backup.keys ./hotel up     from now on all backups are encrypted
#
# Exit codes: 0 written; 1 not written, with the reason; 2 wrong use, or no usable key; 75 another ./hotel is running.

# shellcheck shell=bash

command_main() {
	backup_target "${1:-.}"
	instance_require
	settings_merge_environment
	backup_key_require "${SETTING[HOTEL_BACKUP_KEY_FILE]:-}"
	backup_require
	build_locate
	backup_make
}

backup_require() {
	command -v mariadb-dump >/dev/null || fail "mariadb-dump is missing; install it with: $(hotel_command up)"
	mariadb_ready || fail "MariaDB is down; start it with: $(hotel_command start mariadb)"
	rabbitmq_ready ||
		fail "RabbitMQ is down, and a backup includes its waiting events; start it with: $(hotel_command start rabbitmq)"
	# A rebuild swaps tables, which would break the transaction of the dump.
	exec 8>"$STATE/run/rebuild.lock"
	flock -n 8 || fail "a rebuild is running; try again when it is done"
}

# A starting worker waits for this lock (ops/run/program). The kernel releases it when this process ends.
workers_lock() {
	exec 7>"$STATE/run/workers.lock"
	flock -w "$WORKER_LOCK_S" 7 || fail "another process has locked $STATE/run/workers.lock"
}

# From here to workers_unlock every event is in an outbox or a queue, or has been applied.
workers_stop() {
	local process pid
	STOPPING=()
	processes_refresh
	for process in $(workers_processes); do
		pid=${PROCESS_PIDS[$process]:-}
		[[ -n $pid ]] || continue
		identity_read "$pid" || continue
		STOPPING+=("$IDENTITY")
		supervisor_call signalProcess "$process" TERM ||
			fail "supervisor cannot end $process; see $STATE/log/supervisor.log"
	done
	workers_await_end
}

# Includes surplus processes; processes_refresh must have run.
workers_processes() {
	local worker
	for worker in "${WORKERS[@]}"; do
		processes_of "$worker"
		processes_surplus "$worker"
	done
}

workers_await_end() {
	local identity end=$((SECONDS + WORKER_LOCK_S))
	for identity in "${STOPPING[@]}"; do
		while identity_is_alive "$identity"; do
			((SECONDS < end)) ||
				fail "the worker with process number ${identity%:*} does not end; nothing was backed up"
			sleep 0.05
		done
	done
}

workers_unlock() {
	exec 7>&-
}

queues_save() {
	local environment
	mapfile -t environment < <(broker_environment operator)
	env -i PATH="$PATH" LC_ALL=C.UTF-8 "${environment[@]}" "$BUILD/bin/hotel-queues" save
}

# With the login of the administrator: nobody else may read all of account.
databases_dump() {
	mariadb-dump --defaults-file=<(mariadb_admin_login "$STATE") "$@"
}

migrations_applied() {
	migrations_statement | mariadb_admin --batch --skip-column-names
}

settings_saved() {
	cat -- "$STATE/settings"
}

version_here() {
	"$BUILD/bin/hotel-check" --version | cut -d' ' -f3
}

# shellcheck source=../shared/backup_make.sh
source "$ROOT/ops/shared/backup_make.sh"
