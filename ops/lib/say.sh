# say - what ./hotel tells people, and how it ends.
# shellcheck shell=bash

readonly EXIT_FAILED=1 EXIT_USAGE=2 EXIT_BUSY=75 EXIT_ROOT=77

say() {
	printf '%s\n' "$*"
}

# One line of progress: what is worked on, how it stands.
step() {
	printf '%-10s %s\n' "$1" "$2"
}

# Who speaks: ./hotel, or another command that has these words.
warn() {
	printf '%s: %s\n' "${SAYS:-hotel}" "$*" >&2
}

fail() {
	warn "$@"
	exit "$EXIT_FAILED"
}

usage_error() {
	warn "$@"
	exit "$EXIT_USAGE"
}

# For a command that was told nothing to do: its help, which ./hotel has.
usage_show() {
	help_show "$@" >&2
	exit "$EXIT_USAGE"
}

at_terminal() {
	[[ -t 0 && -t 1 ]]
}

# Yes or no, at a terminal only; an empty answer is the second argument.
ask() {
	local answer
	read -r -p "$1 [$([[ $2 == yes ]] && echo Y/n || echo y/N)] " answer || return 1
	[[ ${answer:-$2} == [yY]* ]]
}

# The end of a log, indented, below a message about it.
tail_of() {
	[[ -s $1 ]] || return 0
	tail -n "${2:-8}" -- "$1" | cut -c1-300 | sed 's/^/    /' >&2
}

# How the user calls this instance again: HOTEL_STATE=... ./hotel
again() {
	local folder=
	[[ $STATE == "$ROOT/.run" ]] || folder="HOTEL_STATE=$(printf '%q' "$STATE") "
	printf '%s./hotel %s' "$folder" "$*"
}
