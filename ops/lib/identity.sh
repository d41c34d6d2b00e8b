# SPDX-License-Identifier: MIT
# identity - identifies a process by its number and start time, because a busy machine reuses numbers
# within minutes. Callers poll many times a second, so this starts no other process.
# shellcheck shell=bash

# identity_read PID: sets IDENTITY to "PID:START", START in clock ticks since boot (proc(5), stat).
# Fails if there is no such process, or only a zombie.
identity_read() {
	local stat fields
	IDENTITY=
	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || return
	read -ra fields <<<"${stat##*) }"
	[[ ${fields[0]} != [ZX] ]] || return
	IDENTITY=$1:${fields[19]}
}

# identity_is_alive IDENTITY: whether that process still runs. An empty IDENTITY does not.
identity_is_alive() {
	local IDENTITY
	[[ -n $1 ]] && identity_read "${1%:*}" && [[ $IDENTITY == "$1" ]]
}
