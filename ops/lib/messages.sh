# SPDX-License-Identifier: MIT
# messages - output of ./hotel and of the commands in compose/, and the exit codes.
# shellcheck shell=bash

readonly EXIT_FAILED=1 EXIT_USAGE=2 EXIT_BUSY=75 EXIT_ROOT=77

say() {
	printf '%s\n' "$*"
}

# step SUBJECT RESULT: one line of progress.
step() {
	printf '%-10s %s\n' "$1" "$2"
}

# A message on standard error, after the name of the command.
warn() {
	printf '%s: %s\n' "${COMMAND_NAME:-hotel}" "$*" >&2
}

fail() {
	warn "$@"
	exit "$EXIT_FAILED"
}

usage_error() {
	warn "$@"
	exit "$EXIT_USAGE"
}

# For a command without arguments: shows its help as an error.
usage_show() {
	help_show "$@" >&2
	exit "$EXIT_USAGE"
}

# json_text TEXT: the text as a JSON string; UTF-8 stays as it is.
json_text() {
	local text=$1 code sign
	text=${text//\\/\\\\}
	text=${text//\"/\\\"}
	if [[ $text == *[[:cntrl:]]* ]]; then
		for code in {1..31} 127; do
			printf -v code '%02x' "$code"
			printf -v sign '%b' "\\x$code"
			text=${text//"$sign"/"\\u00$code"}
		done
	fi
	printf '"%s"' "$text"
}

at_terminal() {
	[[ -t 0 && -t 1 ]]
}

# ask QUESTION yes|no: asks at a terminal; an empty answer means the second argument.
ask() {
	local answer
	read -r -p "$1 [$([[ $2 == yes ]] && echo Y/n || echo y/N)] " answer || return 1
	[[ ${answer:-$2} == [yY]* ]]
}

# tail_of LOG [LINES]: the end of a log, indented, below a message about it.
tail_of() {
	[[ -s $1 ]] || return 0
	tail -n "${2:-8}" -- "$1" | cut -c1-300 | sed 's/^/    /' >&2
}

# How the user calls ./hotel for this instance: HOTEL_STATE=... ./hotel ARGUMENT...
hotel_command() {
	local folder=
	[[ $STATE == "$ROOT/.run" ]] || folder="HOTEL_STATE=$(printf '%q' "$STATE") "
	printf '%s./hotel %s' "$folder" "$*"
}

# require_functions PART FUNCTION...: fails if a function is missing that the caller of a part of
# ops/shared must define; PART is shared/NAME.
require_functions() {
	local part=$1 name missing=()
	shift
	for name in "$@"; do
		declare -F "$name" >/dev/null || missing+=("$name")
	done
	((${#missing[@]} == 0)) ||
		fail "ops/$part.sh needs functions that ${BASH_SOURCE[-1]} does not define: ${missing[*]}"
}
