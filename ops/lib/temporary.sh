# SPDX-License-Identifier: MIT
# temporary - a system for one command, in a folder below /tmp, which is removed at the end.
# shellcheck shell=bash
#
# The folder is locked while its command runs, so that a later one recognizes what a killed one left.

readonly TEMPORARY_PORT_FIRST=8090 TEMPORARY_PORT_LAST=8189

# temporary_open FOLDERS: sets TEMPORARY to a new folder FOLDERS-XXXXXX; its system is in TEMPORARY/s. Settings
# in the environment are for another instance, and are dropped.
temporary_open() {
	local name
	for name in $(compgen -e HOTEL_); do
		unset "$name"
	done
	temporary_clear_away "$1"
	TEMPORARY=$(mktemp -d "$1-XXXXXX")
	trap temporary_close EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	exec 7>"$TEMPORARY/lock"
	flock -n 7
	export NO_PROXY='*' no_proxy='*'
	cd -- "$ROOT" || exit
}

# temporary_clear_away FOLDERS: removes what killed commands left.
temporary_clear_away() {
	local folder
	while read -r folder; do
		! flock -n "$folder/lock" true 2>/dev/null || temporary_remove "$folder"
	done < <(find "$1"-* -maxdepth 0 -type d -user "$(id -un)" -mmin +1 2>/dev/null)
}

# Keeps the folder if its system cannot be removed, to try again later.
temporary_remove() {
	if [[ -e $1/s/$STATE_MARK ]] && ! HOTEL_STATE=$1/s "$ROOT/hotel" reset --yes >/dev/null 7>&-; then
		warn "cannot remove the system in $1/s"
		return
	fi
	rm -rf -- "$1"
}

# Ends the jobs of this command, whether they are process groups of their own or not, and removes the folder.
temporary_close() {
	local job
	trap '' INT TERM HUP
	for job in $(jobs -p); do
		kill -TERM -- "-$job" 2>/dev/null || kill -TERM "$job" 2>/dev/null || true
	done
	wait
	temporary_remove "$TEMPORARY"
	trap - EXIT INT TERM HUP
}

# temporary_port FOLDERS: prints a free port that no other such command has chosen. Another one may not listen
# at its port yet, so each notes it in its folder, one after the other under a lock on the parent folder.
temporary_port() {
	local port
	exec 8<"${1%/*}"
	flock -w 10 8 || fail "another process keeps ${1%/*} locked"
	for ((port = TEMPORARY_PORT_FIRST; port <= TEMPORARY_PORT_LAST; port++)); do
		if port_is_free "$port" && ! grep -qsx "$port" "${1%/*}"/hotel-*/port; then
			printf '%d\n' "$port" | tee -- "$TEMPORARY/port"
			return
		fi
	done
	fail "no port from $TEMPORARY_PORT_FIRST to $TEMPORARY_PORT_LAST is free"
}
