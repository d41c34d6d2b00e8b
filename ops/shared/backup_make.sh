# SPDX-License-Identifier: MIT
# backup_make - writes a backup, for ./hotel backup and compose/backup.
#
# The command that sources this must define these functions first:
#
#	workers_lock        keep workers from starting, until workers_unlock or the end of the command
#	workers_stop        end the running workers, and wait for their end
#	workers_unlock      let workers start; fail if the lock was lost meanwhile
#	queues_save         write the events in the queues to standard output, a summary to standard error
#	databases_dump      run mariadb-dump with the given options
#	migrations_applied  print the rows of migrations_statement
#	settings_saved      print the settings, NAME=VALUE lines
#	version_here        print the version of the programs
#
# and set BACKUP_KEY to the file of public keys that the backup is encrypted for, or to nothing.
# shellcheck shell=bash

require_functions shared/backup_make workers_lock workers_stop workers_unlock queues_save \
	databases_dump migrations_applied settings_saved version_here

# backup_key_require FILE: sets BACKUP_KEY, or exits with what is wrong with it.
backup_key_require() {
	local fault
	BACKUP_KEY=$1
	[[ -n $BACKUP_KEY ]] || return 0
	backup_age_require
	fault=$(backup_key_faults "$BACKUP_KEY")
	[[ -z $fault ]] || usage_error "$fault; nothing was backed up"
}

# Uses the folder FOLDER until its parts are one file, TARGET. With a key nothing of the backup is in FOLDER in
# clear, at no time.
backup_make() {
	umask 077
	SEALED=${BACKUP_KEY:+$BACKUP_SEAL}
	FOLDER=$(mktemp -d -- "$TARGET.new.XXXXXX") || fail "cannot write to $(dirname -- "$TARGET")"
	trap backup_clear EXIT
	backup_take
	backup_close
	say "backed up to $TARGET ($(du -h -- "$TARGET" | cut -f1 | tr -d ' ')$([[ -n $SEALED ]] && printf ', encrypted'))"
}

backup_clear() {
	[[ -z ${DUMPING:-} ]] || kill "$DUMPING" 2>/dev/null || true
	rm -rf -- "$FOLDER"
}

# The backup shows the moment at which the transaction of the dump begins; no worker runs then.
backup_take() {
	local began identity waited end
	workers_lock
	began=$EPOCHREALTIME
	workers_stop
	backup_queues
	backup_dump 7>&- 8>&- 9>&- &
	DUMPING=$!
	identity_read "$DUMPING" && identity=$IDENTITY || identity=
	end=$((SECONDS + WORKER_LOCK_S))
	until [[ -e $FOLDER/begun ]] || ! identity_is_alive "$identity"; do
		((SECONDS < end)) || fail "the databases cannot be read; nothing was backed up"
		sleep 0.02
	done
	workers_unlock
	waited=$(awk -v from="$began" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.1f", to - from }')
	step events "delayed for $waited s"
	wait "$DUMPING" || fail "the databases cannot be read; nothing was backed up"
	DUMPING=
	step data "$(du -h -- "$FOLDER/data.sql.gz$SEALED" | cut -f1 | tr -d ' ') of databases"
}

backup_queues() {
	queues_save 2>"$FOLDER/output" 7>&- 8>&- 9>&- | backup_keep queues 7>&- 8>&- 9>&- ||
		fail "the waiting events cannot be read: $(<"$FOLDER/output")"
	step queues "$(tail -n 1 "$FOLDER/output") waiting events"
	grep '^left out: ' "$FOLDER/output" >&2 || true
}

# Dumps all databases in one transaction. The first line of a database creates the file `begun`; the
# last line must say that the dump is complete.
backup_dump() {
	databases_dump --single-transaction --no-tablespaces --hex-blob --skip-triggers --skip-add-locks \
		--no-autocommit --databases "${CONTEXTS[@]/#/hotel_}" |
		awk -v sign="$FOLDER/begun" '
			/^-- Current Database/ && !begun { begun = 1; print "" >sign; close(sign) }
			{ print; last = $0 }
			END { exit last !~ /^-- Dump completed/ }' |
		gzip -1 | backup_keep data.sql.gz
}

# backup_keep NAME: makes standard input a part of the backup, and notes its checksum.
backup_keep() {
	{ tee /dev/fd/5 | backup_seal >"$FOLDER/$1$SEALED"; } 5>&1 | sha256sum | sed "s/-$/$1/" >"$FOLDER/sum.$1"
}

backup_manifest() {
	printf '%s\nmade %s\nversion %s\n' "$BACKUP_KIND" "$(date -u +%FT%TZ)" "$(version_here)"
	migrations_applied | sed 's/^/migration /'
}

# Packs the parts, syncs the file to disk, and only then renames it to TARGET.
backup_close() {
	local sums=("${BACKUP_CONTENT[@]/#/$FOLDER/sum.}")
	backup_manifest | backup_keep manifest
	settings_saved | backup_keep settings
	cat -- "${sums[@]}" | backup_seal >"$FOLDER/sums$SEALED"
	tar -C "$FOLDER" --owner=0 --group=0 --numeric-owner -cf "$FOLDER/whole" "${BACKUP_CONTENT[@]/%/$SEALED}" "sums$SEALED"
	sync -- "$FOLDER/whole"
	mv -- "$FOLDER/whole" "$TARGET"
	sync -- "$(dirname -- "$TARGET")"
}
