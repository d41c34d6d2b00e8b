# SPDX-License-Identifier: MIT
# state - the state folder of an instance: settings, secrets, data, logs, sockets.
# shellcheck shell=bash

readonly STATE_MARK=.hotel-state
readonly STATE_FOLDERS=(env erased keys log mariadb nginx/temp rabbitmq release run/admin run/started run/starts
	run/try secrets stopped)
readonly SOCKET_PATH_MAX=107
readonly SOCKET_PATH_LONGEST=run/admin/worker-mypage-try.sock
readonly LOCK_WAIT_S=900

# Sets STATE; touches nothing. A relative HOTEL_STATE is relative to the current folder. Symbolic links
# are resolved, because /proc shows the real path when we look for our processes.
state_locate() {
	STATE=$(realpath -m -- "${HOTEL_STATE:-$ROOT/.run}")
	readonly STATE
}

state_exists() {
	[[ -f $STATE/$STATE_MARK ]]
}

state_require() {
	state_exists || fail "there is no instance in $STATE; create it with: $(hotel_command up)"
}

# These characters have a meaning in one of the configuration files that contain the path.
state_check_path() {
	local path special='[][:cntrl:]"'\''\$%;#{}`[]'
	for path in "$STATE" "$ROOT"; do
		[[ ! $path =~ $special ]] ||
			usage_error "the path \"$path\" has a character that is not allowed in configuration files"
	done
	local longest="$STATE/$SOCKET_PATH_LONGEST" length
	length=$(printf '%s' "$longest" | wc -c)
	((length <= SOCKET_PATH_MAX)) || usage_error "the path of the state folder is too long by" \
		"$((length - SOCKET_PATH_MAX)) bytes: the unix socket $longest has $length," \
		"and the maximum is $SOCKET_PATH_MAX. Set HOTEL_STATE to a shorter path."
}

# Creates the folder or opens it again; refuses a folder that ./hotel did not create.
state_open() {
	state_check_path
	if [[ -e $STATE ]] && ! state_exists; then
		[[ -d $STATE && -z $(ls -A -- "$STATE") ]] ||
			usage_error "$STATE is not a state folder of MyHotel; set HOTEL_STATE to another path"
	fi
	[[ -e $STATE ]] || STATE_NEW=folder
	state_exists || STATE_NEW=${STATE_NEW:-content}
	(umask 077 && mkdir -p -- "$STATE") 2>/dev/null || fail "cannot create $STATE"
	[[ -O $STATE || $EUID == 0 ]] || usage_error "$STATE belongs to $(stat -c %U -- "$STATE")"
	chmod 0700 -- "$STATE"
	printf 'The state of a MyHotel instance. Made and removed by ./hotel.\n' >"$STATE/$STATE_MARK"
	state_lock
	(umask 077 && cd -- "$STATE" && mkdir -p "${STATE_FOLDERS[@]}")
}

# For the end of a command that was refused or failed before the instance was configured: removes what
# state_open created.
state_forget() {
	[[ -n ${STATE_NEW:-} && ! -e $STATE/settings ]] || return 0
	find "$STATE" -mindepth 1 -delete
	[[ $STATE_NEW != folder ]] || rmdir -- "$STATE"
}

# Only one ./hotel at a time changes an instance. Descriptor 9 has the lock; children must not inherit it.
state_lock() {
	while :; do
		exec 9>>"$STATE/lock"
		if ! flock -n 9; then
			say "waiting for another ./hotel that uses $STATE ..."
			flock -w "$LOCK_WAIT_S" 9 || {
				warn "another ./hotel is still running with $STATE"
				exit "$EXIT_BUSY"
			}
		fi
		# A reset may have removed the file while we waited.
		[[ $STATE/lock -ef /proc/self/fd/9 ]] && return
		state_exists || fail "$STATE was removed by another ./hotel"
	done
}

# Replaces a file atomically by standard input; keeps it if its content is the same, or if it cannot be written.
state_write() {
	local path=$1
	(umask 077 && cat >"$path.new") || return 1
	if cmp -s -- "$path.new" "$path"; then
		rm -f -- "$path.new"
		return
	fi
	mv -f -- "$path.new" "$path"
}

# render FILE NAME VALUE...: prints a template with each @NAME@ replaced.
render() {
	local text
	text=$(<"$1")
	shift
	while (($# > 1)); do
		text=${text//"@$1@"/"$2"}
		shift 2
	done
	printf '%s\n' "$text"
}

stopped_on_purpose() {
	[[ -e $STATE/stopped/$1 ]]
}
