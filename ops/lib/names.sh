# SPDX-License-Identifier: MIT
# names - the names of contexts, programs and servers, and the numbers of their processes.
# shellcheck shell=bash

# QUEUES are the contexts that consume events: each has a queue, a dead-letter queue and a broker user.
readonly QUEUES=(room book pay mypage alarm)
readonly CONTEXTS=("${QUEUES[@]}" account)
readonly SERVERS=(mariadb rabbitmq nginx)
# A service has at least two processes: one serves while the other is replaced.
readonly SERVICE_PROCESSES=2 WORKER_PROCESSES=1 PROCESSES_MAX=8

SERVICES=("${CONTEXTS[@]/#/fcgi-}")
WORKERS=("${CONTEXTS[@]/#/worker-}")
PROGRAMS=("${SERVICES[@]}" "${WORKERS[@]}")
readonly SERVICES WORKERS PROGRAMS

# Programs that call other services; those that know the keys of bookings; those that know the secret of the keys
# of one-time codes; and those that know the secret by which services of the version before authenticate.
readonly CALLERS=(fcgi-room fcgi-book fcgi-account worker-room worker-book worker-account)
readonly BOOKING_KEY_HOLDERS=(fcgi-book fcgi-pay fcgi-mypage fcgi-alarm worker-alarm)
readonly OTP_KEY_HOLDERS=(fcgi-account worker-account)
readonly TOKEN_HOLDERS=(fcgi-room fcgi-book worker-room worker-book fcgi-pay)
# Programs that write the list of what was erased, which a restore applies.
readonly ERASED_WRITERS=(worker-book worker-account)
# Who signs tokens: account those of people, the others those with which they call services.
readonly KEY_NAMES=(account room book operator)

contains() {
	local wanted=$1 one
	shift
	for one in "$@"; do
		[[ $one == "$wanted" ]] && return 0
	done
	return 1
}

context_of() {
	printf '%s' "${1#*-}"
}

# The programs and servers that a name stands for, in start order.
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

# Sets TARGETS from the arguments, without duplicates; exits with the list of names on a wrong one.
names_expand() {
	local name one expanded
	TARGETS=()
	(($# > 0)) || usage_error "a name is missing; $(names_list)"
	for name in "$@"; do
		expanded=$(name_expand "$name") || usage_error "unknown name: $name$(name_meant "$name"); $(names_list)"
		for one in $expanded; do
			contains "$one" "${TARGETS[@]}" || TARGETS+=("$one")
		done
	done
}

names_all() {
	printf '%s\n' "${CONTEXTS[@]}" "${PROGRAMS[@]}" "${SERVERS[@]}" all
}

name_meant() {
	local all
	mapfile -t all < <(names_all)
	did_you_mean "$1" "${all[@]}"
}

names_list() {
	printf 'valid names:\n'
	printf '    contexts: %s\n    services: %s\n    workers:  %s\n    servers:  %s\n    or all' \
		"${CONTEXTS[*]}" "${SERVICES[*]}" "${WORKERS[*]}" "${SERVERS[*]}"
}

# The minimum number of processes of a program.
processes_least() {
	case $1 in
	fcgi-*) printf '%d' "$SERVICE_PROCESSES" ;;
	*) printf '%d' "$WORKER_PROCESSES" ;;
	esac
}

# The number of processes of a program: the last matching word in HOTEL_PROCESSES, else the minimum.
processes_wanted() {
	local word words number
	number=$(processes_least "$1")
	read -ra words <<<"${SETTING[HOTEL_PROCESSES]:-}"
	for word in "${words[@]}"; do
		[[ ${word%%=*} == @("$1"|"$(context_of "$1")") ]] && number=${word#*=}
	done
	printf '%d' "$number"
}

# Faults in HOTEL_PROCESSES, one per line.
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
			printf 'HOTEL_PROCESSES: "%s": the number must be from %d to %d\n' "$word" "$least" "$PROCESSES_MAX"
	done
}

# Supervisor's names for the processes of a program or server, one per line.
processes_of() {
	case $1 in
	fcgi-* | worker-*) processes_numbered "$1" 0 "$(processes_wanted "$1")" ;;
	rabbitmq) printf 'epmd\nrabbitmq\n' ;;
	*) printf '%s\n' "$1" ;;
	esac
}

# Running processes above the number in HOTEL_PROCESSES; processes_refresh must have run.
processes_surplus() {
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
