# SPDX-License-Identifier: MIT
# backup_file - the file format of backups: where a backup is written, and how it is verified and unpacked.
# shellcheck shell=bash

readonly BACKUP_KIND='myhotel backup, format 1'
readonly BACKUP_CONTENT=(manifest settings data.sql.gz queues)
# How long a backup waits for workers to end, and for its transaction to begin. A worker finishes the mail or
# webhook that it sends, which takes up to the maximum of HOTEL_DELIVERY_TIMEOUT_MS (60 s).
readonly WORKER_LOCK_S=90

# backup_target PATH: sets TARGET to the file to write.
backup_target() {
	[[ $1 != */ || -d $1 ]] || usage_error "there is no folder $1"
	TARGET=$(realpath -m -- "$1")
	if [[ -d $TARGET ]]; then
		TARGET=$TARGET/myhotel-$(date -u +%Y%m%d-%H%M%S).backup
	fi
	[[ ! -e $TARGET ]] || usage_error "$TARGET already exists; name another file"
	[[ -d $(dirname -- "$TARGET") ]] || usage_error "there is no folder $(dirname -- "$TARGET")"
}

# Unpacks a backup into the new folder CONTENT. Refuses a damaged one, and one of a later version.
backup_unpack() {
	local newer why
	rm -rf -- "$CONTENT"
	(umask 077 && mkdir -- "$CONTENT")
	if ! why=$(umask 077 && backup_read "$1" -C "$CONTENT" 2>&1); then
		backup_read "$1" --to-stdout >/dev/null 2>&1 || usage_error "$1 is not a backup, or is incomplete"
		fail "$1 cannot be unpacked: ${why%%$'\n'*}"
	fi
	backup_is_complete || usage_error "$1 is damaged: its checksums do not match"
	[[ $(head -n 1 "$CONTENT/manifest") == "$BACKUP_KIND" ]] ||
		usage_error "$1 has another format than \"$BACKUP_KIND\""
	newer=$(sed -n 's/^migration //p' "$CONTENT/manifest" | sort | comm -23 - <(migrations_here | sort))
	[[ -z $newer ]] || usage_error "$1 was written by another version, with migrations that are not here:" \
		"$(awk '{ print $1 "/" $2 }' <<<"$newer" | paste -sd' '); restore it with that version"
	step backup "complete, made $(sed -n 's/^made //p' "$CONTENT/manifest")"
}

# backup_read FILE TAR-OPTION...; --force-local because a name with a colon is not a remote host.
backup_read() {
	tar --force-local --no-same-owner "${@:2}" -xf "$1" "${BACKUP_CONTENT[@]}" sums
}

# CONTENT has exactly the expected files, each with its checksum.
backup_is_complete() {
	[[ $(find "$CONTENT" -type f | wc -l) == $((${#BACKUP_CONTENT[@]} + 1)) ]] &&
		[[ $(awk '{ print $2 }' "$CONTENT/sums" | paste -sd' ') == "${BACKUP_CONTENT[*]}" ]] &&
		(cd -- "$CONTENT" && sha256sum --check --strict --status sums)
}

# "room 0001-room.sql CHECKSUM" for each migration of this version.
migrations_here() {
	local context file
	for context in "${CONTEXTS[@]}"; do
		for file in "$ROOT/sql/$context"/*.sql; do
			printf '%s %s %s\n' "$context" "${file##*/}" "$(sha256sum <"$file" | cut -d' ' -f1)"
		done
	done
}

# An SQL statement whose rows have the same form for each applied migration.
migrations_statement() {
	local context
	for context in "${CONTEXTS[@]}"; do
		printf "SELECT CONCAT('%s ', name, ' ', checksum) FROM hotel_%s.schema_migration ORDER BY name;\n" \
			"$context" "$context"
	done
}

# Fails if a restore into this instance was interrupted: its data is incomplete.
restore_require_complete() {
	[[ ! -e $STATE/restoring ]] ||
		fail "a restore into $STATE was begun and did not end; repeat it: $(hotel_command restore FILE)"
}
