# names - the contexts, their programs, the servers, and what each program may know.
# shellcheck shell=bash

readonly CONTEXTS=(room book pay mypage alarm)
readonly SERVERS=(mariadb rabbitmq nginx)
# A service has two processes at least: one serves while the other is replaced.
readonly SERVICE_PROCESSES=2 WORKER_PROCESSES=1 PROCESSES_MAX=8

SERVICES=("${CONTEXTS[@]/#/fcgi-}")
WORKERS=("${CONTEXTS[@]/#/worker-}")
PROGRAMS=("${SERVICES[@]}" "${WORKERS[@]}")
readonly SERVICES WORKERS PROGRAMS

# Programs that call other services, and those that show or check the services' token.
readonly CALLERS=(fcgi-room fcgi-book worker-room worker-book)
readonly TOKEN_HOLDERS=("${CALLERS[@]}" fcgi-pay)

contains() {
	local wanted=$1 one
	shift
	for one in "$@"; do
		[[ $one == "$wanted" ]] && return 0
	done
	return 1
}

is_server() {
	contains "$1" "${SERVERS[@]}"
}

context_of() {
	printf '%s' "${1#*-}"
}

# The names a name stands for, in the order in which they start.
name_expand() {
	if [[ $1 == all ]]; then
		printf '%s\n' mariadb rabbitmq "${PROGRAMS[@]}" nginx
	elif contains "$1" "${CONTEXTS[@]}"; then
		printf '%s\n' "fcgi-$1" "worker-$1"
	elif contains "$1" "${PROGRAMS[@]}" "${SERVERS[@]}"; then
		printf '%s\n' "$1"
	else
		return 1
	fi
}

# Fills TARGETS from the arguments, each name once, or ends with the names there are.
names_expand() {
	local name one expanded
	TARGETS=()
	(($# > 0)) || usage_error "which? $(names_list)"
	for name in "$@"; do
		expanded=$(name_expand "$name") || usage_error "there is no \"$name\"; $(names_list)"
		for one in $expanded; do
			contains "$one" "${TARGETS[@]}" || TARGETS+=("$one")
		done
	done
}

names_list() {
	printf 'name one of these, or several:\n'
	printf '    contexts: %s\n    services: %s\n    workers:  %s\n    servers:  %s\n    or all' \
		"${CONTEXTS[*]}" "${SERVICES[*]}" "${WORKERS[*]}" "${SERVERS[*]}"
}

# The fewest processes a program may have.
processes_least() {
	case $1 in
	fcgi-*) printf '%d' "$SERVICE_PROCESSES" ;;
	*) printf '%d' "$WORKER_PROCESSES" ;;
	esac
}

# How many a program is to have: the last word of HOTEL_PROCESSES on it, else the fewest.
processes_wanted() {
	local word words number
	number=$(processes_least "$1")
	read -ra words <<<"${SETTING[HOTEL_PROCESSES]:-}"
	for word in "${words[@]}"; do
		[[ ${word%%=*} == @("$1"|"$(context_of "$1")") ]] && number=${word#*=}
	done
	printf '%d' "$number"
}

# What is wrong with HOTEL_PROCESSES, one a line.
processes_faults() {
	local word words name least
	read -ra words <<<"${SETTING[HOTEL_PROCESSES]:-}"
	for word in "${words[@]}"; do
		name=${word%%=*}
		if ! contains "$name" "${CONTEXTS[@]}" "${PROGRAMS[@]}"; then
			printf 'HOTEL_PROCESSES: "%s" is not NAME=NUMBER with the name of a context or program\n' "$word"
			continue
		fi
		least=$SERVICE_PROCESSES
		[[ $name != worker-* ]] || least=$WORKER_PROCESSES
		[[ $word =~ =([1-9])$ ]] && ((BASH_REMATCH[1] >= least && BASH_REMATCH[1] <= PROCESSES_MAX)) ||
			printf 'HOTEL_PROCESSES: "%s" is not a number from %d to %d\n' "$word" "$least" "$PROCESSES_MAX"
	done
}

# What supervisor calls the processes of a name, one a line.
processes_of() {
	case $1 in
	fcgi-* | worker-*) processes_numbered "$1" 0 "$(processes_wanted "$1")" ;;
	rabbitmq) printf 'epmd\nrabbitmq\n' ;;
	*) printf '%s\n' "$1" ;;
	esac
}

# Those that run although no more so many are wanted; see processes_look.
processes_beyond() {
	local process
	[[ $1 == @(fcgi-*|worker-*) ]] || return 0
	for process in $(processes_numbered "$1" "$(processes_wanted "$1")" "$PROCESSES_MAX"); do
		! process_runs "$process" || printf '%s\n' "$process"
	done
}

# processes_numbered NAME FROM TO
processes_numbered() {
	local n
	for ((n = $2; n < $3; n++)); do
		printf '%s:%s-%d\n' "$1" "$1" "$n"
	done
}
