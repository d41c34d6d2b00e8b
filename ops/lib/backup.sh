# backup - what a backup consists of, how it is taken and read, whatever the system runs in.
#
# Who takes one says how. The commands' own are workers_lock (no worker begins from now on), workers_end,
# workers_let_go, queues_save, databases_dump, migrations_applied, settings_saved and version_here.
# shellcheck shell=bash

readonly BACKUP_KIND='myhotel backup, format 1'
readonly BACKUP_CONTENT=(manifest settings data.sql.gz queues)
readonly BACKUP_HOLD_S=60

# Where it is to be: TARGET.
backup_target() {
	[[ $1 != */ || -d $1 ]] || usage_error "there is no folder $1"
	TARGET=$(realpath -m -- "$1")
	if [[ -d $TARGET ]]; then
		TARGET=$TARGET/myhotel-$(date -u +%Y%m%d-%H%M%S).backup
	fi
	[[ ! -e $TARGET ]] || usage_error "$TARGET is there already; name another file"
	[[ -d $(dirname -- "$TARGET") ]] || usage_error "there is no folder $(dirname -- "$TARGET")"
}

# Takes it: FOLDER has its parts until they are one file.
backup_make() {
	umask 077
	FOLDER=$(mktemp -d -- "$TARGET.new.XXXXXX") || fail "cannot write to $(dirname -- "$TARGET")"
	trap backup_clear EXIT
	backup_take
	backup_close
	say "backed up to $TARGET ($(du -h -- "$TARGET" | cut -f1 | tr -d ' '))"
}

backup_clear() {
	[[ -z ${DUMPING:-} ]] || kill "$DUMPING" 2>/dev/null || true
	rm -rf -- "$FOLDER"
}

# The moment of the backup is when the dump's transaction begins: the workers stand still then.
backup_take() {
	local began life waited end
	workers_lock
	began=$EPOCHREALTIME
	workers_end
	backup_queues
	backup_dump 7>&- 8>&- 9>&- &
	DUMPING=$!
	life_note "$DUMPING" && life=$LIFE || life=
	end=$((SECONDS + BACKUP_HOLD_S))
	until [[ -e $FOLDER/begun ]] || ! lives "$life"; do
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
	queues_save >"$FOLDER/queues" 2>"$FOLDER/said" 7>&- 8>&- 9>&- ||
		fail "the events that wait could not be read: $(<"$FOLDER/said")"
	step queues "$(tail -n 1 "$FOLDER/said") events waited"
}

# One transaction over all databases, by the words after the command's own. The file `begun` is made
# with the first line that comes out of it; the last has to say that it is whole.
backup_dump() {
	databases_dump --single-transaction --no-tablespaces --hex-blob --skip-triggers --skip-add-locks \
		--no-autocommit --databases "${CONTEXTS[@]/#/hotel_}" |
		awk -v sign="$FOLDER/begun" '
			/^-- Current Database/ && !begun { begun = 1; print "" >sign; close(sign) }
			{ print; last = $0 }
			END { exit last !~ /^-- Dump completed/ }' |
		gzip -1 >"$FOLDER/data.sql.gz"
}

# The statement whose rows are what migrations_here says of what there is.
migrations_statement() {
	local context
	for context in "${CONTEXTS[@]}"; do
		printf "SELECT CONCAT('%s ', name, ' ', checksum) FROM hotel_%s.schema_migration ORDER BY name;\n" \
			"$context" "$context"
	done
}

backup_manifest() {
	printf '%s\nmade %s\nversion %s\n' "$BACKUP_KIND" "$(date -u +%FT%TZ)" "$(version_here)"
	migrations_applied | sed 's/^/migration /'
}

# Put together, written to the disk, and only then in its place.
backup_close() {
	backup_manifest >"$FOLDER/manifest"
	settings_saved >"$FOLDER/settings"
	(cd -- "$FOLDER" && sha256sum "${BACKUP_CONTENT[@]}" >sums)
	tar -C "$FOLDER" --owner=0 --group=0 --numeric-owner -cf "$FOLDER/whole" "${BACKUP_CONTENT[@]}" sums
	sync -- "$FOLDER/whole"
	mv -- "$FOLDER/whole" "$TARGET"
	sync -- "$(dirname -- "$TARGET")"
}

# Unpacks one into the new folder CONTENT; refuses what is damaged, or not of this version or an
# earlier one.
backup_unpack() {
	local wrong why
	rm -rf -- "$CONTENT"
	(umask 077 && mkdir -- "$CONTENT")
	if ! why=$(umask 077 && backup_read "$1" -C "$CONTENT" 2>&1); then
		backup_read "$1" --to-stdout >/dev/null 2>&1 || usage_error "$1 is no backup, or not all of it"
		fail "$1 cannot be unpacked: ${why%%$'\n'*}"
	fi
	backup_is_whole || usage_error "$1 is damaged: its checksums do not fit"
	[[ $(head -n 1 "$CONTENT/manifest") == "$BACKUP_KIND" ]] ||
		usage_error "$1 has another format than \"$BACKUP_KIND\""
	wrong=$(sed -n 's/^migration //p' "$CONTENT/manifest" | sort | comm -23 - <(migrations_here | sort))
	[[ -z $wrong ]] || usage_error "$1 is of another version, whose migrations are not here:" \
		"$(awk '{ print $1 "/" $2 }' <<<"$wrong" | paste -sd' '); restore it with that version"
	step backup "whole, made $(sed -n 's/^made //p' "$CONTENT/manifest")"
}

# backup_read FILE OPTION...: a name with a colon is no host's.
backup_read() {
	tar --force-local --no-same-owner "${@:2}" -xf "$1" "${BACKUP_CONTENT[@]}" sums
}

# Exactly the files that there are to be, each with its checksum.
backup_is_whole() {
	[[ $(find "$CONTENT" -type f | wc -l) == $((${#BACKUP_CONTENT[@]} + 1)) ]] &&
		[[ $(awk '{ print $2 }' "$CONTENT/sums" | paste -sd' ') == "${BACKUP_CONTENT[*]}" ]] &&
		(cd -- "$CONTENT" && sha256sum --check --strict --status sums)
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
