# state - the folder that holds everything of one instance: settings, secrets, data, logs, sockets.
# shellcheck shell=bash

readonly STATE_MARK=.hotel-state
readonly STATE_FOLDERS=(env log mariadb nginx/temp rabbitmq release run/admin run/started run/starts
	run/try secrets stopped)
readonly SOCKET_PATH_MAX=107
readonly SOCKET_PATH_LONGEST=run/admin/worker-mypage-try.sock
readonly LOCK_WAIT_S=900

# Where the state is; nothing is touched. A relative HOTEL_STATE is seen from where the user is. Links
# are followed: the kernel, which tells whose a process is, knows the folder by its own name only.
state_locate() {
	STATE=$(realpath -m -- "${HOTEL_STATE:-$ROOT/.run}")
	readonly STATE
}

state_exists() {
	[[ -f $STATE/$STATE_MARK ]]
}

state_require() {
	state_exists || fail "there is no instance in $STATE; begin with: $(again up)"
}

# Configuration files quote paths, each in its own way; these characters mean something to one.
state_check_path() {
	local path special='[][:cntrl:]"'\''\$%;#{}`[]'
	for path in "$STATE" "$ROOT"; do
		[[ ! $path =~ $special ]] ||
			usage_error "the path \"$path\" has a character that configuration files cannot carry"
	done
	local longest="$STATE/$SOCKET_PATH_LONGEST" length
	length=$(printf '%s' "$longest" | wc -c)
	((length <= SOCKET_PATH_MAX)) || usage_error "the state folder's path is too long by" \
		"$((length - SOCKET_PATH_MAX)) bytes: the unix socket $longest would have $length," \
		"and $SOCKET_PATH_MAX is the most there can be. Set HOTEL_STATE to a shorter path."
}

# Makes the folder, or takes it up again; someone else's folder is refused.
state_open() {
	state_check_path
	if [[ -e $STATE ]] && ! state_exists; then
		[[ -d $STATE && -z $(ls -A -- "$STATE") ]] ||
			usage_error "$STATE is not a state folder of MyHotel; set HOTEL_STATE to another path"
	fi
	(umask 077 && mkdir -p -- "$STATE") 2>/dev/null || fail "cannot make $STATE"
	[[ -O $STATE || $EUID == 0 ]] || usage_error "$STATE belongs to $(stat -c %U -- "$STATE")"
	chmod 0700 -- "$STATE"
	printf 'The state of a MyHotel instance. Made and removed by ./hotel.\n' >"$STATE/$STATE_MARK"
	state_lock
	(umask 077 && cd -- "$STATE" && mkdir -p "${STATE_FOLDERS[@]}")
}

# One ./hotel at a time changes an instance; descriptor 9 holds the lock and no child keeps it.
state_lock() {
	while :; do
		exec 9>>"$STATE/lock"
		if ! flock -n 9; then
			say "waiting for another ./hotel that works on $STATE ..."
			flock -w "$LOCK_WAIT_S" 9 || {
				warn "another ./hotel still works on $STATE"
				exit "$EXIT_BUSY"
			}
		fi
		# A reset may have removed the file while we waited for it.
		[[ $STATE/lock -ef /proc/self/fd/9 ]] && return
		state_exists || fail "$STATE was removed meanwhile"
	done
}

# Replaces a file by what comes on standard input, whole or not at all; says if it changed.
state_write() {
	local path=$1
	(umask 077 && cat >"$path.new")
	if cmp -s -- "$path.new" "$path"; then
		rm -f -- "$path.new"
		return
	fi
	mv -f -- "$path.new" "$path"
}

# Puts values into a template: render FILE NAME VALUE ... replaces each @NAME@.
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
