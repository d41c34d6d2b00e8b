# names - the contexts, their programs, the servers, and what each program may know.
# shellcheck shell=bash

readonly CONTEXTS=(room book pay mypage alarm)
readonly SERVERS=(mariadb rabbitmq nginx)
readonly SERVICE_PROCESSES=2

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

# What supervisor calls the processes of a name, one a line.
processes_of() {
	local n
	case $1 in
	fcgi-*) for ((n = 0; n < SERVICE_PROCESSES; n++)); do printf '%s:%s-%d\n' "$1" "$1" "$n"; done ;;
	worker-*) printf '%s:%s-0\n' "$1" "$1" ;;
	rabbitmq) printf 'epmd\nrabbitmq\n' ;;
	*) printf '%s\n' "$1" ;;
	esac
}
