# SPDX-License-Identifier: MIT
# backup_file - the file format of backups: where a backup is written, and how it is verified and unpacked.
# shellcheck shell=bash

readonly BACKUP_KIND='myhotel backup, format 1'
readonly BACKUP_CONTENT=(manifest settings data.sql.gz queues)
# The parts of an encrypted backup have this at the end of their names, and are files of age.
readonly BACKUP_SEAL=.age
SEALED=''
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

# backup_unpack FILE IDENTITY: unpacks a backup into the new folder CONTENT, where its parts stay encrypted if
# they are; IDENTITY is the file of the private key, or empty. Refuses a damaged one, and one of a later version.
backup_unpack() {
	local newer why
	rm -rf -- "$CONTENT"
	(umask 077 && mkdir -- "$CONTENT")
	backup_look "$1"
	if ! why=$(umask 077 && backup_read "$1" -C "$CONTENT" 2>&1); then
		backup_read "$1" --to-stdout >/dev/null 2>&1 || usage_error "$1 is not a backup, or is incomplete"
		fail "$1 cannot be unpacked: ${why%%$'\n'*}"
	fi
	backup_open "$1" "$2"
	backup_is_complete || usage_error "$1 is damaged: its checksums do not match"
	[[ $(backup_part manifest | head -n 1) == "$BACKUP_KIND" ]] ||
		usage_error "$1 has another format than \"$BACKUP_KIND\""
	newer=$(backup_part manifest | sed -n 's/^migration //p' | sort | comm -23 - <(migrations_here | sort))
	[[ -z $newer ]] || usage_error "$1 was written by another version, with migrations that are not here:" \
		"$(awk '{ print $1 "/" $2 }' <<<"$newer" | paste -sd' '); restore it with that version"
	step backup "complete, made $(backup_part manifest | sed -n 's/^made //p')${SEALED:+, encrypted}"
}

# Sets SEALED to BACKUP_SEAL if the parts in this file are encrypted, else to nothing.
backup_look() {
	local names
	names=$(tar --force-local -tf "$1" 2>/dev/null) || true
	SEALED=
	[[ $'\n'$names$'\n' != *$'\n'"manifest$BACKUP_SEAL"$'\n'* ]] || SEALED=$BACKUP_SEAL
}

# backup_open FILE IDENTITY: reads the private key if the backup is encrypted, and sees that it fits.
backup_open() {
	local why
	if [[ -z $SEALED ]]; then
		[[ -z $2 ]] || usage_error "$1 is not encrypted, so it may be another file than you mean; to restore it, leave --identity out"
		return
	fi
	[[ -n $2 ]] || usage_error "$1 is encrypted; name the file of the private key with --identity FILE:" \
		"the one whose public key was in HOTEL_BACKUP_KEY_FILE when the backup was made"
	[[ -f $2 && -r $2 ]] || usage_error "cannot read the private key \"$2\""
	backup_age_require
	BACKUP_IDENTITY=$(backup_identity "$2") || usage_error "the private key \"$2\" is encrypted and was not opened"
	why=$(backup_part sums 2>&1 >/dev/null) || case $why in
	*'error: reading "'*) usage_error "\"$2\" is not a file of private keys of age" ;;
	*'no identity matched'*) usage_error "no private key in \"$2\" opens $1: it was encrypted for others, or is damaged" ;;
	*) usage_error "$1 is damaged: ${why%%$'\n'*}" ;;
	esac
}

# The private key in a file; asks for its passphrase if it has one.
backup_identity() {
	if [[ $(head -c 34 -- "$1" | tr -d '\0') == @(age-encryption.org/*|"-----BEGIN AGE ENCRYPTED FILE-----") ]]; then
		age --decrypt -- "$1"
	else
		cat -- "$1"
	fi
}

# backup_part NAME: a part of the unpacked backup in clear. The private key and the part in clear never are on
# the disk.
backup_part() {
	if [[ -n $SEALED ]]; then
		age --decrypt -i <(printf '%s\n' "$BACKUP_IDENTITY") -- "$CONTENT/$1$SEALED"
	else
		cat -- "$CONTENT/$1"
	fi
}

# backup_seal: encrypts standard input for the public keys in BACKUP_KEY; copies it if there are none.
backup_seal() {
	if [[ -n $BACKUP_KEY ]]; then
		age --encrypt -R "$BACKUP_KEY"
	else
		cat
	fi
}

backup_age_require() {
	command -v age >/dev/null || fail "age is missing, which encrypts backups; install it with: apt-get install age   # as root"
}

# backup_key_faults FILE: what is wrong with the public keys that backups are to be encrypted for. Where age is
# not installed yet, only what the file itself tells.
backup_key_faults() {
	local why
	[[ -n $1 ]] || return 0
	if [[ $1 != /* ]]; then
		printf 'HOTEL_BACKUP_KEY_FILE="%s" is not an absolute path\n' "$1"
	elif [[ ! -f $1 || ! -r $1 ]]; then
		printf 'HOTEL_BACKUP_KEY_FILE="%s" cannot be read\n' "$1"
	elif grep -q '^AGE-SECRET-KEY-' -- "$1"; then
		printf 'HOTEL_BACKUP_KEY_FILE="%s" has a private key, which must not be on this machine; the public ones belong there: age-keygen -y FILE prints them\n' "$1"
	elif command -v age >/dev/null && ! why=$(age --encrypt -R "$1" </dev/null 2>&1 >/dev/null); then
		why=${why%%$'\n'*}
		printf 'HOTEL_BACKUP_KEY_FILE="%s" is not a file of public keys of age: %s\n' "$1" "${why##*: }"
	fi
}

# backup_read FILE TAR-OPTION...; --force-local because a name with a colon is not a remote host.
backup_read() {
	tar --force-local --no-same-owner "${@:2}" -xf "$1" "${BACKUP_CONTENT[@]/%/$SEALED}" "sums$SEALED"
}

# CONTENT has exactly the expected files, each with its checksum, which is that of its content in clear.
backup_is_complete() {
	local name sums
	[[ $(find "$CONTENT" -type f | wc -l) == $((${#BACKUP_CONTENT[@]} + 1)) ]] || return 1
	sums=$(backup_part sums 2>/dev/null) || return 1
	[[ $(awk '{ print $2 }' <<<"$sums" | paste -sd' ') == "${BACKUP_CONTENT[*]}" ]] || return 1
	for name in "${BACKUP_CONTENT[@]}"; do
		[[ $(backup_sum "$name" 2>/dev/null) == "$(awk -v name="$name" '$2 == name { print $1 }' <<<"$sums")" ]] || return 1
	done
}

# The checksum of a part; nothing if it cannot be read to its end.
backup_sum() {
	local sum
	sum=$(backup_part "$1" | sha256sum) && printf '%s' "${sum%% *}"
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

# erased_files LIST: the files of a list of what was erased that is a folder or a file.
erased_files() {
	local file
	for file in "$1" "$1/book" "$1/account"; do
		[[ ! -f $file || ! -r $file ]] || printf '%s\n' "$file"
	done
}
