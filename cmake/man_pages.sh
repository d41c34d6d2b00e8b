#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# man_pages.sh BUILD - make a man page of each program, and check it
#
# Writes BUILD/man/NAME.1 for ./hotel and each program in BUILD/bin, from their --help and --version
# (help2man). The line NAME has the first sentence after the usage. Then groff and mandoc check the
# pages. Exit codes: 0 all pages are made and correct; 1 not, with the messages.
set -euo pipefail
shopt -s inherit_errexit

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=$(realpath -- "$1")
MAN=$BUILD/man
readonly ROOT BUILD MAN

# The first sentence after the usage, without its full stop.
summary_of() {
	"$1" --help | awk '
		NR == 1 && /^[Uu]sage:/ { usage = 1; next }
		usage && /^ +(or: )? */ { next }
		{ usage = 0 }
		/^[[:space:]]*$/ { if (text != "") exit; next }
		{ text = text " " $0 }
		END { sub(/^ +/, "", text); sub(/[.:]( .*)?$/, "", text); print tolower(substr(text, 1, 1)) substr(text, 2) }'
}

# A stand-in for the program whose --help has the form that help2man expects: "or:" before each
# further line of the usage.
stand_in_make() {
	cat >"$2" <<-END
		#!/usr/bin/env bash
		[[ \$1 == --help ]] || exec $(printf '%q' "$1") "\$@"
		$(printf '%q' "$1") --help | sed -E \\
			-e '1s/^usage:/Usage:/' -e '1,/^\$/s/^ {6,}(\S)/  or:  \1/'
	END
	chmod +x "$2"
}

page_make() {
	local program=$1 name=${1##*/} summary
	summary=$(summary_of "$program")
	[[ -n $summary ]] || { printf '%s --help has no description after its usage\n' "$program" && return 1; }
	stand_in_make "$program" "$STAND_INS/$name"
	help2man --no-info --locale=C.UTF-8 --section=1 --manual=MyHotel --source=MyHotel \
		--name="$summary" --output="$MAN/$name.1" "$STAND_INS/$name"
}

# Each checker prints its complaints; a correct page has none.
page_check() {
	local complaints
	complaints=$({
		LC_ALL=C.UTF-8 MANWIDTH=100 man --warnings --encoding=UTF-8 --local-file "$1" 2>&1 >/dev/null
		mandoc -T lint -W error "$1" || true
	})
	[[ -z $complaints ]] || { printf '%s:\n%s\n' "$1" "$complaints" && return 1; }
}

main() {
	local program failed=0
	rm -rf -- "$MAN"
	mkdir -p -- "$MAN"
	STAND_INS=$(mktemp -d)
	trap 'rm -rf -- "$STAND_INS"' EXIT
	for program in "$ROOT/hotel" "$BUILD"/bin/*; do
		page_make "$program" && page_check "$MAN/${program##*/}.1" || failed=1
	done
	return "$failed"
}

main
