# backup - write everything that has to be kept to one file, while the system runs
#
# Usage: ./hotel backup [FILE|FOLDER]
#
# Without a FILE it is myhotel-DATE-TIME.backup in FOLDER or here. In it are all databases as they
# were at one moment, the events that waited in the queues at that moment, dead letters as well, and
# the settings. Bookings go on; only events wait for some seconds, while the workers are replaced.
# Secrets are not in it, a restored instance makes its own; nor is history, see: ./hotel help restore.
# It has names and addresses of guests: keep it as you keep the database. The file appears when it is
# whole, and only its owner may read it. Broker and database have to run.
#
# Examples:
#   ./hotel backup
#   ./hotel backup /var/backups/hotel
#
# Exit codes: 0 written; 1 not written, with the reason; 2 wrong use; 75 another ./hotel is at work.

# shellcheck shell=bash

command_main() {
	(($# <= 1)) || usage_error "backup takes one file or folder"
	backup_target "${1:-.}"
	instance_require
	backup_require
	build_locate
	backup_make
}

backup_require() {
	command -v mariadb-dump >/dev/null || fail "mariadb-dump is missing; install it with: $(again up)"
	mariadb_ready || fail "MariaDB does not run; start it with: $(again start mariadb)"
	rabbitmq_ready ||
		fail "RabbitMQ does not run, and what waits in it belongs to a backup; start it with: $(again start rabbitmq)"
	# A rebuild exchanges tables, which no reading transaction could bear.
	exec 8>"$STATE/run/rebuild.lock"
	flock -n 8 || fail "a rebuild is at work; try again when it is done"
}

# What begins waits at this lock (see ops/run/program), which goes with this process, whatever becomes
# of it.
workers_lock() {
	exec 7>"$STATE/run/workers.lock"
	flock -w "$BACKUP_HOLD_S" 7 || fail "another program holds $STATE/run/workers.lock"
}

# From here to workers_let_go every event stands in an outbox, waits in a queue, or has been applied.
workers_end() {
	local process pid
	HELD=()
	processes_look
	for process in $(workers_processes); do
		pid=${PROCESS_PIDS[$process]:-}
		[[ -n $pid ]] || continue
		life_note "$pid" || continue
		HELD+=("$LIFE")
		supervisor_call signalProcess "$process" TERM ||
			fail "supervisor cannot end $process; see $STATE/log/supervisor.log"
	done
	workers_await_end
}

# Those as well that run although no more so many are wanted; see processes_look.
workers_processes() {
	local worker
	for worker in "${WORKERS[@]}"; do
		processes_of "$worker"
		processes_beyond "$worker"
	done
}

workers_await_end() {
	local life end=$((SECONDS + BACKUP_HOLD_S))
	for life in "${HELD[@]}"; do
		while lives "$life"; do
			((SECONDS < end)) ||
				fail "the worker with process number ${life%:*} does not end; nothing was backed up"
			sleep 0.05
		done
	done
}

workers_let_go() {
	exec 7>&-
}

queues_save() {
	local environment
	mapfile -t environment < <(broker_environment operator)
	env -i PATH="$PATH" LC_ALL=C.UTF-8 "${environment[@]}" "$BUILD/bin/hotel-queues" save
}

# As the user of the checks, who may only read.
databases_dump() {
	mariadb-dump --defaults-file=<(backup_login) "$@"
}

migrations_applied() {
	migrations_statement | mariadb --defaults-file=<(backup_login) --batch --skip-column-names
}

backup_login() {
	printf '[client]\nsocket="%s"\nuser=hotel_check\npassword="%s"\ndefault-character-set=utf8mb4\n' \
		"$STATE/run/mariadb.sock" "$(<"$STATE/secrets/db-check")"
}

settings_saved() {
	cat -- "$STATE/settings"
}

version_here() {
	"$BUILD/bin/hotel-check" --version | cut -d' ' -f3
}
