# restore - make an instance of a backup, and start it
#
# Usage: [HOTEL_NAME=VALUE ...] ./hotel restore FILE [--force]
#
# First it looks whether FILE is whole and of this version or an earlier one. Then it puts the data
# into an instance that has none, applies the migrations since, puts the events that waited into the
# queues, starts everything and ends with ./hotel check. An instance that has data is left alone,
# unless --force is given: its databases and its broker's data are removed then. Settings come from
# the backup; HOTEL_* variables in the environment go before. Secrets are made anew where there are
# none; users of `./hotel consumer` are added again by that command. History begins anew: what it had
# is told by room, book and pay (./hotel rebuild), and consumers of others keep what they have.
# A restore that is ended anywhere leaves nothing that starts; do it again.
#
# Beside a running original, a copy needs a port and a state folder of its own, and must not send
# what the original sends: give it HOTEL_DELIVERY=off as well.
#
# Examples:
#   ./hotel restore myhotel-20270505-020000.backup
#   HOTEL_STATE=.run-copy HOTEL_PORT=8081 HOTEL_METRICS_PORT=0 HOTEL_DELIVERY=off ./hotel restore myhotel-20270505-020000.backup
#
# Exit codes: 0 restored, and all invariants hold; 1 not, with the reason; 2 wrong use, not a backup,
# or bad settings; 75 another ./hotel is at work; 77 packages are missing and root is needed.

# shellcheck shell=bash

readonly CHECK_WAIT_S=120

command_main() {
	local file=${1:-} force=no
	if [[ ${2:-} == --force ]] && (($# == 2)); then
		force=yes
	elif (($# != 1)); then
		usage_error "restore FILE [--force]"
	fi
	[[ -f $file && -r $file ]] || usage_error "there is no file \"$file\" that can be read"
	file=$(realpath -- "$file")
	state_open
	restore_refuse_full "$force"
	CONTENT=$STATE/restore
	trap 'rm -rf -- "$CONTENT"' EXIT
	backup_unpack "$file"
	restore_prepare
	restore_data
	restore_start
}

restore_refuse_full() {
	[[ -e $STATE/mariadb/data || -e $STATE/rabbitmq/mnesia ]] || return 0
	[[ $1 == yes || -e $STATE/restoring ]] ||
		fail "$STATE has data already; nothing was changed. Restore into another HOTEL_STATE, or remove that data with --force"
}

# Everything that can be refused is, before anything is removed.
restore_prepare() {
	settings_load
	settings_read "$CONTENT/settings"
	settings_merge_environment
	ports_require_free
	packages_ensure build run
	build_release
	settings_validate
}

# From here on the instance is nothing but a restore that has not ended, until the mark goes.
restore_data() {
	: >"$STATE/restoring"
	sync -- "$STATE/restoring" "$STATE"
	instance_stop
	rm -rf -- "$STATE/mariadb/data" "$STATE/mariadb/fresh" "$STATE/rabbitmq/mnesia" "$STATE/restored"
	settings_record
	instance_configure
	supervisor_ensure
	restore_databases
	restore_queues
	date -u +%FT%T.%3NZ | state_write "$STATE/restored"
	sync -- "$STATE/restored"
	rm -f -- "$STATE/restoring"
	sync -- "$STATE"
}

restore_databases() {
	local log=$STATE/log/restore.log
	mariadb_install
	name_start mariadb
	names_await mariadb
	if ! gzip -dc -- "$CONTENT/data.sql.gz" 9>&- | mariadb --no-defaults --binary-mode \
		--default-character-set=utf8mb4 --socket="$STATE/run/mariadb.sock" --user="$(id -un)" \
		>"$log" 2>&1 9>&-; then
		warn "the databases were not taken:"
		tail_of "$log"
		exit "$EXIT_FAILED"
	fi
	mariadb_migrate
}

restore_queues() {
	local environment
	name_start rabbitmq
	names_await rabbitmq
	rabbitmq_apply_definitions
	mapfile -t environment < <(broker_environment operator)
	env -i PATH="$PATH" LC_ALL=C.UTF-8 "${environment[@]}" "$BUILD/bin/hotel-queues" load \
		<"$CONTENT/queues" 2>"$CONTENT/said" 9>&- ||
		fail "the events that waited were not taken: $(<"$CONTENT/said")"
	step queues "$(<"$CONTENT/said") events wait again"
}

# Now it is an instance like any other.
restore_start() {
	exec 9>&-
	export HOTEL_STATE=$STATE
	"$ROOT/hotel" up
	say
	"$ROOT/hotel" check --wait "$CHECK_WAIT_S" || exit "$EXIT_FAILED"
}
