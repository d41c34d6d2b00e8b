# backup - what a backup consists of, and how the workers are held still while it begins.
# shellcheck shell=bash

readonly BACKUP_KIND='myhotel backup, format 1'
readonly BACKUP_CONTENT=(manifest settings data.sql.gz queues)
readonly BACKUP_HOLD_S=60

# Ends the workers; their successors wait at a lock (see ops/run/program) that goes with this
# process, whatever becomes of it. From here to workers_let_go every event stands in an outbox, waits
# in a queue, or has been applied.
workers_hold() {
	local process pid
	HELD=()
	exec 7>"$STATE/run/workers.lock"
	flock -w "$BACKUP_HOLD_S" 7 || fail "another program holds $STATE/run/workers.lock"
	processes_look
	for process in $(workers_processes); do
		pid=$(process_pid "$process")
		[[ -n $pid ]] || continue
		supervisor_call signalProcess "$process" TERM ||
			fail "supervisor cannot end $process; see $STATE/log/supervisor.log"
		HELD+=("$pid")
	done
	workers_await_end
}

workers_processes() {
	local worker
	for worker in "${WORKERS[@]}"; do
		processes_of "$worker"
	done
}

workers_await_end() {
	local pid end=$((SECONDS + BACKUP_HOLD_S))
	for pid in "${HELD[@]}"; do
		while [[ -e /proc/$pid ]] && process_is_ours "$pid"; do
			((SECONDS < end)) || fail "the worker with process number $pid does not end; nothing was backed up"
			sleep 0.05
		done
	done
}

workers_let_go() {
	exec 7>&-
}

# "room 0001-room.sql CHECKSUM" for each migration that there is here.
migrations_here() {
	local context file
	for context in "${CONTEXTS[@]}"; do
		for file in "$ROOT/sql/$context"/*.sql; do
			printf '%s %s %s\n' "$context" "${file##*/}" "$(sha256sum <"$file" | cut -d' ' -f1)"
		done
	done
}

# Before anything is changed: what a restore that was ended half-way has left is no instance.
restored_require_whole() {
	[[ ! -e $STATE/restoring ]] ||
		fail "a restore into $STATE was begun and did not end; do it again: $(again restore FILE)"
}
