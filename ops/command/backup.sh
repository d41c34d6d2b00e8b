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
	umask 077
	FOLDER=$(mktemp -d -- "$TARGET.new.XXXXXX") || fail "cannot write to $(dirname -- "$TARGET")"
	trap backup_clear EXIT
	backup_take
	backup_close
	say "backed up to $TARGET ($(du -h -- "$TARGET" | cut -f1 | tr -d ' '))"
}

backup_target() {
	[[ $1 != */ || -d $1 ]] || usage_error "there is no folder $1"
	TARGET=$(realpath -m -- "$1")
	if [[ -d $TARGET ]]; then
		TARGET=$TARGET/myhotel-$(date -u +%Y%m%d-%H%M%S).backup
	fi
	[[ ! -e $TARGET ]] || usage_error "$TARGET is there already; name another file"
	[[ -d $(dirname -- "$TARGET") ]] || usage_error "there is no folder $(dirname -- "$TARGET")"
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

backup_clear() {
	[[ -z ${DUMPING:-} ]] || kill "$DUMPING" 2>/dev/null || true
	rm -rf -- "$FOLDER"
}

# The moment of the backup is when the dump's transaction begins: the workers stand still then.
backup_take() {
	local began=$EPOCHREALTIME waited end
	workers_hold
	backup_queues
	backup_dump 7>&- 8>&- 9>&- &
	DUMPING=$!
	end=$((SECONDS + BACKUP_HOLD_S))
	until [[ -e $FOLDER/begun || ! -e /proc/$DUMPING ]]; do
		((SECONDS < end)) || fail "the databases do not let themselves be read; nothing was backed up"
		sleep 0.02
	done
	workers_let_go
	waited=$(awk -v from="$began" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.1f", to - from }')
	step events "waited for $waited s"
	wait "$DUMPING" || fail "the databases could not be read; nothing was backed up"
	DUMPING=
	step data "$(du -h -- "$FOLDER/data.sql.gz" | cut -f1 | tr -d ' ') of databases"
}

backup_queues() {
	local environment
	mapfile -t environment < <(broker_environment operator)
	env -i PATH="$PATH" LC_ALL=C.UTF-8 "${environment[@]}" "$BUILD/bin/hotel-queues" save \
		>"$FOLDER/queues" 2>"$FOLDER/said" 7>&- 8>&- 9>&- ||
		fail "the events that wait could not be read: $(<"$FOLDER/said")"
	step queues "$(tail -n 1 "$FOLDER/said") events waited"
}

# One transaction over all databases, of a user who may only read. The file `begun` is made with the
# first line that comes out of it; the last has to say that it is whole.
backup_dump() {
	backup_login >"$FOLDER/my.cnf"
	mariadb-dump --defaults-file="$FOLDER/my.cnf" --single-transaction --no-tablespaces --hex-blob \
		--skip-triggers --skip-add-locks --no-autocommit --databases "${CONTEXTS[@]/#/hotel_}" |
		awk -v sign="$FOLDER/begun" '
			/^-- Current Database/ && !begun { begun = 1; print "" >sign; close(sign) }
			{ print; last = $0 }
			END { exit last !~ /^-- Dump completed/ }' |
		gzip -1 >"$FOLDER/data.sql.gz"
}

backup_login() {
	printf '[client]\nsocket="%s"\nuser=hotel_check\npassword="%s"\ndefault-character-set=utf8mb4\n' \
		"$STATE/run/mariadb.sock" "$(<"$STATE/secrets/db-check")"
}

backup_manifest() {
	local context
	printf '%s\nmade %s\nversion %s\n' "$BACKUP_KIND" "$(date -u +%FT%TZ)" \
		"$("$BUILD/bin/hotel-check" --version | cut -d' ' -f2)"
	for context in "${CONTEXTS[@]}"; do
		mariadb --defaults-file="$FOLDER/my.cnf" --batch --skip-column-names -e \
			"SELECT CONCAT('migration $context ', name, ' ', checksum) FROM hotel_$context.schema_migration ORDER BY name"
	done
}

# Put together, written to the disk, and only then in its place.
backup_close() {
	backup_manifest >"$FOLDER/manifest"
	cp -- "$STATE/settings" "$FOLDER/settings"
	(cd -- "$FOLDER" && sha256sum "${BACKUP_CONTENT[@]}" >sums)
	tar -C "$FOLDER" --owner=0 --group=0 --numeric-owner -cf "$FOLDER/whole" "${BACKUP_CONTENT[@]}" sums
	sync -- "$FOLDER/whole"
	mv -- "$FOLDER/whole" "$TARGET"
	sync -- "$(dirname -- "$TARGET")"
}
