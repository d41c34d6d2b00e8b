# SPDX-License-Identifier: MIT
# usage - the arguments of each command. The help text of a command, the comment at the top of its file, is
# the only list: its "Usage:" and "Options:" check the arguments here, and complete them at a terminal.
# shellcheck shell=bash
#
# A word of a usage line that begins with a lower-case letter is typed as it is, one of capital letters is
# of that type, [WORD] may be left out, WORD... repeated, and WORD|--all stands for either.

# What was typed: the options with their values, and the other words. GIVEN is the options as typed.
declare -A OPTION=()
WORDS=() GIVEN=()

# The result of usage_read: the forms without the command's name, the options with the type of their value
# (empty: none), and the long names of the short ones.
USAGE_FORMS=()
declare -A USAGE_OPTIONS=() USAGE_SHORT=()

usage_read() {
	local line part=
	USAGE_FORMS=() USAGE_OPTIONS=() USAGE_SHORT=()
	while IFS= read -r line; do
		case $line in
		'Usage: '*) part=usage ;;
		'Options:') part=options ;;
		'') part= ;;
		esac
		case $part in
		usage) usage_read_form "$1" "$line" ;;
		options) usage_read_option "$line" ;;
		esac
	done < <(help_of "$ROOT/ops/command/$1.sh")
}

usage_read_form() {
	local form=${2#*"./hotel $1"}
	[[ $form == "$2" ]] || USAGE_FORMS+=("${form# }")
}

usage_read_option() {
	[[ $1 =~ ^\ \ ((-[a-z]),\ )?(--[a-z-]+)(\ ([A-Z]+))?(\ \ |$) ]] || return 0
	USAGE_OPTIONS[${BASH_REMATCH[3]}]=${BASH_REMATCH[5]}
	[[ -z ${BASH_REMATCH[2]} ]] || USAGE_SHORT[${BASH_REMATCH[2]}]=${BASH_REMATCH[3]}
}

# arguments_read COMMAND ARGUMENT...: sets OPTION, WORDS and GIVEN; exits with a message on wrong use.
arguments_read() {
	local command=$1 name type value fault
	shift
	usage_read "$command"
	while (($# > 0)); do
		case $1 in
		--)
			WORDS+=("${@:2}")
			break
			;;
		-?*) name=${1%%=*} ;;
		*)
			WORDS+=("$1")
			shift
			continue
			;;
		esac
		value=${1#"$name"}
		name=${USAGE_SHORT[$name]:-$name}
		shift
		option_require "$command" "$name"
		type=${USAGE_OPTIONS[$name]}
		if [[ -z $type ]]; then
			[[ -z $value ]] || usage_refuse "$command" "the option $name takes no value"
		elif [[ -n $value ]]; then
			value=${value#=}
		else
			(($# > 0)) || usage_refuse "$command" "the option $name needs a value: $type"
			value=$1
			shift
		fi
		fault=$([[ -z $type ]] || value_fault "$command" "$name" "$type" "$value")
		[[ -z $fault ]] || usage_refuse "$command" "$fault"
		OPTION[$name]=${value:-yes}
		GIVEN+=("$name" ${type:+"$value"})
	done
	form_require "$command"
}

option_require() {
	[[ -z ${USAGE_OPTIONS[$2]+known} ]] || return 0
	usage_refuse "$1" "unknown option: $2$(did_you_mean "$2" "${!USAGE_OPTIONS[@]}")"
}

# usage_refuse COMMAND MESSAGE: says what is wrong and how the command is used.
usage_refuse() {
	local form
	warn "$2"
	for form in "${USAGE_FORMS[@]}"; do
		printf '    usage: ./hotel %s\n' "$1${form:+ $form}" >&2
	done
	printf '    see:   ./hotel help %s\n' "$1" >&2
	exit "$EXIT_USAGE"
}

# value_fault COMMAND WHERE TYPE VALUE: what is wrong with a value of this type; nothing if it is right.
value_fault() {
	local pattern='' means='' candidates
	case $3 in
	SECONDS) pattern='^[0-9]{1,5}$' means='a number of seconds' ;;
	NUMBER) pattern='^[0-9]{1,9}$' means='a number' ;;
	LINES) pattern='^[0-9]{1,6}$' means='a number of lines' ;;
	ID | SEED) pattern='^[0-9]{1,18}$' means='a number' ;;
	INSTANT) pattern='^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(\.[0-9]{1,3})?Z$' means='an instant such as 2027-05-05T00:00:00.000Z' ;;
	TIME) pattern='^([0-9]{1,6}[smhd]|[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?Z?)?)$' means='a time such as 10m, 2h, 3d or 2027-05-05T12:00:00Z' ;;
	CONTEXT | KEY | LABEL | PROFILE | SHELL | SETTING)
		mapfile -t candidates < <(candidates_of "$1" "$3"; [[ $2 == --* ]] || literals_at "$at" | tr ' ' '\n' | sed '/^$/d')
		contains "$4" "${candidates[@]}" ||
			printf 'unknown %s: %s%s%s' "${3,,}" "$4" "$(did_you_mean "$4" "${candidates[@]}")" \
				"$( ((${#candidates[@]} > 12)) || printf '; there are: %s' "${candidates[*]}")"
		;;
	esac
	[[ -z $pattern || $4 =~ $pattern ]] || printf '%s: "%s" is not %s' "$2" "$4" "$means"
}

# candidates_of COMMAND TYPE: the known values, one per line.
candidates_of() {
	case $2 in
	CONTEXT) printf '%s\n' "${QUEUES[@]}" ;;
	COMMAND) printf '%s\n' "${COMMANDS[@]}" ;;
	FILE) printf 'FILE\n' ;;
	KEY) printf '%s\n' "${KEY_NAMES[@]}" ;;
	SHELL) printf '%s\n' bash zsh ;;
	LABEL) sed -n 's/^readonly LABELS=(\(.*\))$/\1/p' "$ROOT/ops/command/test.sh" | tr ' ' '\n' ;;
	PROFILE) find "$ROOT/ops/profiles" -name '*.env' -printf '%f\n' | sed 's/\.env$//' | sort ;;
	SETTING) settings_table | cut -f1 ;;
	NAME)
		[[ $1 != @(start|stop|restart|logs) ]] ||
			names_all
		[[ $1 != secrets ]] || rotation_names
		[[ $1 != logs ]] || printf '%s\n' access supervisor migrate watch
		;;
	esac
}

# form_require COMMAND: WORDS and OPTION fit one of the forms. If not, the form that fits longest explains.
form_require() {
	local form best=-2 why=
	for form in "${USAGE_FORMS[@]}"; do
		form_match "$1" "$form" && return
		if ((FORM_DEPTH > best)); then
			best=$FORM_DEPTH
			why=$FORM_FAULT
		fi
	done
	usage_refuse "$1" "$why"
}

# form_match COMMAND FORM: sets FORM_FAULT and, in words that fit, FORM_DEPTH.
form_match() {
	local form=$2 token at=0 name stands=
	FORM_DEPTH=0 FORM_FAULT=
	for token in $(form_words "$form"); do
		if [[ $token == *'|--'* ]]; then
			name=--${token#*|--}
			if [[ -n ${OPTION[$name]:-} ]]; then
				stands=$name
				continue
			fi
			token=${token%%|--*}
		fi
		form_match_token "$1" "$token" || return
	done
	if ((at < ${#WORDS[@]})); then
		((at > 0)) || FORM_DEPTH=-1
		FORM_FAULT="${stands:+with $stands }there is one argument too many: ${WORDS[at]}"
		return 1
	fi
	form_allows_options "$form" "$1"
}

# The words of a form without its options in brackets: "list [CONTEXT]".
form_words() {
	sed -E 's/ ?\[-[^]]*\]//g' <<<"$1"
}

# Takes the words that a token stands for; uses form_match's at.
form_match_token() {
	local token=$2 optional=no repeated=no type word=${WORDS[at]:-} literals
	FORM_FAULT=
	[[ $token != \[* ]] || { optional=yes && token=${token#[} && token=${token%]}; }
	[[ $token != *... ]] || { repeated=yes && token=${token%...}; }
	type=${token%%.*}
	if ((at >= ${#WORDS[@]})); then
		[[ $optional == no ]] || return 0
		FORM_FAULT=$([[ $token == [a-z]* ]] && printf 'say what to do: %s' "$(literals_at "$at")" || printf 'an argument is missing: %s' "$token")
		return 1
	fi
	if [[ $token == [a-z]* && $token != "$word" ]]; then
		read -ra literals <<<"$(literals_at "$at")"
		FORM_FAULT="unknown argument: $word$(did_you_mean "$word" "${literals[@]}")"
		return 1
	fi
	[[ $token == [a-z]* ]] || FORM_FAULT=$(value_fault "$1" "$token" "$type" "$word")
	[[ -z $FORM_FAULT ]] || return 1
	FORM_DEPTH=$((FORM_DEPTH + 1))
	at=$((at + 1))
	[[ $repeated == no ]] || at=${#WORDS[@]}
}

# literals_at N: what may be typed at this place, after the words before it.
literals_at() {
	local form words
	for form in "${USAGE_FORMS[@]}"; do
		read -ra words <<<"$(form_words "$form")"
		[[ ${words[*]:0:$1} != "${WORDS[*]:0:$1}" || ${words[$1]:-} != [a-z]* ]] || printf '%s\n' "${words[$1]}"
	done | awk '!seen[$0]++' | paste -sd' '
}

form_allows_options() {
	local name short
	for name in "${!OPTION[@]}"; do
		short=
		for short in "${!USAGE_SHORT[@]}"; do
			[[ ${USAGE_SHORT[$short]} != "$name" ]] || break
			short=
		done
		[[ $1 =~ (\[|\|)"$name"([] ]|$) || -n $short && $1 == *"[$short"[]\ ]* ]] && continue
		FORM_FAULT="the option $name is not for: $2 $(form_words "$1")"
		return 1
	done
}

# did_you_mean WORD CANDIDATE...: '; did you mean "list"?' if one is near, and nothing else.
did_you_mean() {
	local near
	near=$(near_of "$@")
	[[ -z $near ]] || printf '; did you mean "%s"?' "$near"
}

# near_of WORD CANDIDATE...: the candidate with the fewest differences (one letter more, less, other, or two
# swapped), at most a third of the word; before it the only one that begins with the word.
near_of() {
	printf '%s\n' "$@" | awk '
		function least(a, b, c) { return a < b ? (a < c ? a : c) : (b < c ? b : c) }
		function distance(a, b,    i, j, m, n, d, cost) {
			m = length(a); n = length(b)
			for (i = 0; i <= m; i++) d[i, 0] = i
			for (j = 0; j <= n; j++) d[0, j] = j
			for (i = 1; i <= m; i++)
				for (j = 1; j <= n; j++) {
					cost = substr(a, i, 1) != substr(b, j, 1)
					d[i, j] = least(d[i - 1, j] + 1, d[i, j - 1] + 1, d[i - 1, j - 1] + cost)
					if (i > 1 && j > 1 && substr(a, i, 1) == substr(b, j - 1, 1) &&
					    substr(a, i - 1, 1) == substr(b, j, 1) && d[i - 2, j - 2] + 1 < d[i, j])
						d[i, j] = d[i - 2, j - 2] + 1
				}
			return d[m, n]
		}
		NR == 1 { word = tolower($0); best = int(length(word) / 3) + 1; if (length(word) < 3) best = 2; next }
		{
			if (length(word) > 1 && index(tolower($0), word) == 1) { begins++; begun = $0 }
			d = distance(word, tolower($0))
			if (d < best) { best = d; near = $0 }
		}
		END { print begins == 1 ? begun : near }'
}

# ---- completion at a terminal ----

# completions_of WORD...: what may stand in place of the last word, one per line, after the words before it.
completions_of() {
	local command=${1:-} current=${*: -1}
	if (($# < 2)); then
		printf '%s\n' "${COMMANDS[@]}" help --help --version
	elif [[ $command == help ]]; then
		(($# > 2)) || printf '%s\n' "${COMMANDS[@]}"
	elif contains "$command" "${COMMANDS[@]}"; then
		usage_read "$command"
		completions_of_command "$command" "${@:2:$#-2}" "$current"
	fi
}

# completions_of_command COMMAND WORD... CURRENT
completions_of_command() {
	local command=$1 current=${*: -1} previous=${*: -2:1} word form type
	WORDS=()
	type=${USAGE_OPTIONS[${USAGE_SHORT[$previous]:-$previous}]:-}
	if [[ $# -gt 2 && -n $type ]]; then
		candidates_of "$command" "$type"
		return
	fi
	for word in "${@:2:$#-2}"; do
		[[ $word == -* ]] || WORDS+=("$word")
	done
	if [[ $current == -* ]]; then
		printf '%s\n' "${!USAGE_OPTIONS[@]}" "${!USAGE_SHORT[@]}" --help
		return
	fi
	for form in "${USAGE_FORMS[@]}"; do
		completions_of_form "$command" "$(form_words "$form")"
	done | awk '!seen[$0]++'
}

# What may follow WORDS in a form; FILE if a path may.
completions_of_form() {
	local tokens token at
	read -ra tokens <<<"$2"
	for ((at = 0; at < ${#WORDS[@]} && at < ${#tokens[@]}; at++)); do
		[[ ${tokens[at]} == *... ]] && break
		[[ ${tokens[at]} != [a-z]* || ${tokens[at]} == "${WORDS[at]}" ]] || return 0
	done
	token=${tokens[at]:-}
	[[ $at -le ${#WORDS[@]} && -n $token ]] || return 0
	if [[ $token == [a-z]* ]]; then
		printf '%s\n' "${token%%|*}"
		return
	fi
	token=${token//[][]/}
	[[ $token != FILE* ]] || printf 'FILE\n'
	candidates_of "$1" "${token%%[.|]*}"
}
