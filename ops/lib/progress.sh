# SPDX-License-Identifier: MIT
# progress - shows what a step does that takes more than two seconds: a line that counts at a terminal, and
# elsewhere a line now and then. Plain text only, so that NO_COLOR and a dumb terminal need no exception.
# shellcheck shell=bash

readonly PROGRESS_FIRST_MS=2000 PROGRESS_LINE_MS=10000
readonly PROGRESS_TURNS='-\|/'

# Set by progress_start.
PROGRESS_BEGAN=0 PROGRESS_NEXT=0 PROGRESS_WIDTH=0 PROGRESS_TURN=0 PROGRESS_PID=

now_ms() {
	printf '%d' $((${EPOCHREALTIME/[.,]/} / 1000))
}

progress_start() {
	PROGRESS_BEGAN=$(now_ms) PROGRESS_WIDTH=0
	PROGRESS_NEXT=$((PROGRESS_BEGAN + PROGRESS_FIRST_MS))
}

# progress_tick SUBJECT TEXT: called several times a second while the step goes on.
progress_tick() {
	local now line
	now=$(now_ms)
	((now - PROGRESS_BEGAN >= PROGRESS_FIRST_MS)) || return 0
	line=$(printf '%-10s %s, %d s' "$1" "$2" $(((now - PROGRESS_BEGAN) / 1000)))
	if [[ -t 1 ]]; then
		PROGRESS_TURN=$(((PROGRESS_TURN + 1) % ${#PROGRESS_TURNS}))
		line="${line:0:76} ${PROGRESS_TURNS:PROGRESS_TURN:1}"
		printf '\r%-*s' "$PROGRESS_WIDTH" "$line"
		PROGRESS_WIDTH=${#line}
	elif ((now >= PROGRESS_NEXT)); then
		printf '%s\n' "$line"
		PROGRESS_NEXT=$((now + PROGRESS_LINE_MS))
	fi
}

# Removes the counting line; what follows begins where it stood.
progress_clear() {
	((PROGRESS_WIDTH == 0)) || printf '\r%*s\r' "$PROGRESS_WIDTH" ''
	PROGRESS_WIDTH=0
}

# progress_during SUBJECT FUNCTION COMMAND...: runs a command of the shell, while FUNCTION tells its progress in
# a few words. Its exit status is that of the command.
progress_during() {
	local subject=$1 tells=$2 status=0
	shift 2
	progress_show "$subject" "$tells" 8>&- 9>&- </dev/null &
	PROGRESS_PID=$!
	"$@" || status=$?
	{
		kill "$PROGRESS_PID"
		wait "$PROGRESS_PID"
	} 2>/dev/null || true
	# Its line has an unknown width.
	[[ ! -t 1 ]] || printf '\r%78s\r' ''
	return "$status"
}

# Ends with the command at the latest, also when that is killed.
progress_show() {
	local never
	exec {never}<> <(:)
	progress_start
	while [[ -e /proc/$$ ]]; do
		progress_tick "$1" "$("$2")"
		read -rt 0.2 -u "$never" || true
	done
}

# progress_of_build LOG: how many steps of a build are done, from the output of ninja.
progress_of_build() {
	local last
	last=$(tail -c 8192 -- "$1" 2>/dev/null | grep -aoE '^\[[0-9]+/[0-9]+\]' | tail -n 1) || true
	[[ $last =~ ([0-9]+)/([0-9]+) ]] || { printf 'configuring' && return; }
	printf '%d of %d files' "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
}

# progress_of_packages LOG: what apt-get does now: "Unpacking nginx".
progress_of_packages() {
	local last
	last=$(tail -c 4096 -- "$1" 2>/dev/null | grep -aE '^(Get|Fetched|Unpacking|Setting up|Processing)' | tail -n 1) || true
	last=$(sed -E 's/^Get:([0-9]+).*/loading file \1/; s/ \(.*//; s/[^[:print:]]//g' <<<"${last:-reading lists}")
	printf '%s' "${last:0:50}"
}
