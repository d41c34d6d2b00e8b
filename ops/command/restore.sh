# SPDX-License-Identifier: MIT
# restore - create an instance from a backup and start it
#
# Usage: [HOTEL_NAME=VALUE ...] ./hotel restore FILE [--force] [--identity FILE] [--erased LIST]
#
# Verifies that FILE is complete, unaltered and written by this version or an earlier one. Then it loads the data
# into an instance that has none, applies newer migrations, puts the waiting events into the queues,
# starts everything and runs ./hotel check. Settings come from the backup; HOTEL_* variables in the
# environment override them. Missing secrets are created. Users of ./hotel consumer must be added again
# with that command. History starts empty: room, book and pay supply what it had (./hotel rebuild), and
# consumers of other systems keep what they have. After an interrupted restore nothing starts until the
# restore is repeated; one that was interrupted after the data was complete goes on where it was, and keeps
# what was booked since.
#
# What was erased after the backup had been made is erased again, before anything but MariaDB starts: contacts
# of bookings, and accounts. The list of it is in the folder erased of the state folder, which no backup has
# and --force does not remove; of another machine, name a copy with --erased.
#
# A copy that runs beside the original needs its own port and state folder, and HOTEL_DELIVERY=off so
# that it does not send the mails and webhooks of the original.
#
# Options:
#   --force          restore into an instance that has data: its databases and the broker's data are removed
#   --identity FILE  the private key of an encrypted backup, as age-keygen makes it; a passphrase that it
#                    has is asked for. It is not kept
#   --erased LIST    a copy of the list of another machine: its folder erased, or one file of all lines. It is
#                    added to the own one
#
# Examples:
#   ./hotel restore myhotel-20270505-020000.backup
#   ./hotel restore myhotel-20270505-020000.backup --identity /media/usb/backup.key
#   HOTEL_STATE=.run-copy HOTEL_PORT=8081 HOTEL_METRICS_PORT=0 HOTEL_DELIVERY=off ./hotel restore myhotel-20270505-020000.backup
#
# Exit codes: 0 restored, and all invariants hold; 1 failed, with the reason; 2 wrong use, not a backup,
# or invalid settings; 75 another ./hotel is running; 77 packages are missing and root is needed.

# shellcheck shell=bash

readonly CHECK_WAIT_S=120

command_main() {
	local file=$1 force=no erased=${OPTION[--erased]:-}
	[[ -z ${OPTION[--force]:-} ]] || force=yes
	[[ -f $file && -r $file ]] || usage_error "cannot read the file \"$file\""
	file=$(realpath -- "$file")
	[[ -z $erased || -n $(erased_files "$erased") ]] ||
		usage_error "\"$erased\" is no list of what was erased: neither a file, nor a folder with a file book or account"
	state_open
	if [[ $force == no ]] && restore_awaits_check "$file"; then
		step restore "the data of this file is complete; starting and checking it"
		restore_start
		return
	fi
	restore_refuse_full "$force"
	CONTENT=$STATE/restore
	trap 'rm -rf -- "$CONTENT"' EXIT
	backup_unpack "$file" "${OPTION[--identity]:-}"
	restore_prepare "$file"
	erased_keep_all
	[[ -z $erased ]] || erased_add "$erased"
	restore_data "$file"
	restore_start
}

# Whether an earlier restore of this file had loaded all data but was interrupted before its check ended. The
# file `unchecked` has the checksum of that backup.
restore_awaits_check() {
	[[ ! -e $STATE/restoring && -s $STATE/unchecked && $(<"$STATE/unchecked") == "$(sha256sum <"$1")" ]]
}

restore_refuse_full() {
	[[ -e $STATE/mariadb/data || -e $STATE/rabbitmq/mnesia ]] || return 0
	[[ $1 == yes || -e $STATE/restoring ]] ||
		fail "$STATE already has data; nothing was changed. Restore into another HOTEL_STATE, or remove that data with --force"
}

# restore_prepare FILE: checks everything that can fail before anything is removed.
restore_prepare() {
	settings_load
	settings_read <(backup_part settings)
	settings_merge_environment
	ports_require_free restore "$1"
	packages_ensure build run
	build_release
	settings_validate
}

# restore_data FILE. The file `restoring` marks an incomplete restore; nothing starts while it exists.
restore_data() {
	: >"$STATE/restoring"
	sync -- "$STATE/restoring" "$STATE"
	instance_stop
	rm -rf -- "$STATE/mariadb/data" "$STATE/mariadb/fresh" "$STATE/rabbitmq/mnesia" "$STATE/restored" \
		"$STATE/unchecked"
	settings_record
	instance_configure
	supervisor_ensure
	restore_databases
	restore_erase
	restore_queues
	date -u +%FT%T.%3NZ | state_write "$STATE/restored"
	sha256sum <"$1" | state_write "$STATE/unchecked"
	sync -- "$STATE/restored" "$STATE/unchecked"
	rm -f -- "$STATE/restoring"
	sync -- "$STATE"
}

restore_databases() {
	local log=$STATE/log/restore.log
	mariadb_install
	name_start mariadb
	names_await mariadb
	mariadb_protect
	if ! backup_part data.sql.gz 9>&- | gzip -dc 9>&- | mariadb_admin --binary-mode >"$log" 2>&1 9>&-; then
		warn "the databases could not be loaded; the end of $log:"
		tail_of "$log"
		exit "$EXIT_FAILED"
	fi
	mariadb_migrate
}

# erased_run CONTEXT ARGUMENT...: hotel-erased with the settings of a context. CONTENT/said has what it says.
erased_run() {
	local environment
	mapfile -t environment < <(program_environment "worker-$1")
	env -i PATH="$PATH" LC_ALL=C.UTF-8 "${environment[@]}" "$BUILD/bin/hotel-erased" "${@:2}" 2>"$CONTENT/said" 9>&-
}

# Lines that still wait in the databases that are about to be removed, if they can be read.
erased_keep_all() {
	[[ -e $STATE/mariadb/data ]] && mariadb_ready || return 0
	if ! erased_run book keep || ! erased_run account keep; then
		warn "what was erased last may not be in the list: $(<"$CONTENT/said")"
	fi
}

# erased_add LIST. It needs no database, and no instance yet.
erased_add() {
	local context files
	mapfile -t files < <(erased_files "$1")
	for context in book account; do
		cat -- "${files[@]}" |
			env -i PATH="$PATH" LC_ALL=C.UTF-8 HOTEL_ERASED_FILE="$STATE/erased/$context" \
				"$BUILD/bin/hotel-erased" add "$context" 2>"$CONTENT/said" 9>&- ||
			fail "the list $1 cannot be added: $(<"$CONTENT/said")"
	done
	restore_says <"$CONTENT/said"
}

# Shows what a tool says besides its last line, a number.
restore_says() {
	local line
	while IFS= read -r line; do
		warn "$line"
	done < <(head -n -1)
}

# Erases again what the list has. The events and the accounts that the first two steps write are for the others.
erased_apply() {
	erased_run account account >"$CONTENT/erased-accounts" &&
		erased_run book book "$CONTENT/erased-accounts" >"$CONTENT/erased-events" &&
		cp -- "$CONTENT/said" "$CONTENT/erased-said" &&
		erased_run mypage mypage "$CONTENT/erased-events" &&
		erased_run alarm alarm "$CONTENT/erased-events" "$CONTENT/erased-accounts"
}

restore_erase() {
	local books
	erased_apply || fail "what was erased after the backup could not be erased again: $(<"$CONTENT/said")"
	books=$(tail -n 1 "$CONTENT/erased-said")
	restore_says <"$CONTENT/erased-said"
	step erased "$books bookings and $(wc -l <"$CONTENT/erased-accounts") accounts of the list erased again"
}

restore_queues() {
	local environment
	name_start rabbitmq
	names_await rabbitmq
	rabbitmq_apply_definitions
	mapfile -t environment < <(broker_environment operator)
	backup_part queues 9>&- |
		env -i PATH="$PATH" LC_ALL=C.UTF-8 "${environment[@]}" "$BUILD/bin/hotel-queues" load \
			--erased "$CONTENT/erased-events" 2>"$CONTENT/output" 9>&- ||
		fail "the waiting events could not be loaded: $(<"$CONTENT/output")"
	restore_says <"$CONTENT/output"
	step queues "$(tail -n 1 "$CONTENT/output") waiting events restored"
}

# From here on it is a normal instance.
restore_start() {
	local checked=0
	exec 9>&-
	export HOTEL_STATE=$STATE
	restore_run up
	say
	restore_run check --wait "$CHECK_WAIT_S" || checked=$?
	# Whatever it found: repeating the restore would not change it. With 2 it could not check.
	((checked > 1)) || rm -f -- "$STATE/unchecked"
	((checked == 0)) || exit "$EXIT_FAILED"
}

restore_run() {
	"$ROOT/hotel" "$@"
}
