# SPDX-License-Identifier: MIT
# stack - shared by the commands in this folder: messages, settings, and calls of Compose and Docker.
#
# Environment of all commands: COMPOSE, the command to use (default: docker compose, else docker-compose),
# and the variables that compose.yaml reads.
# shellcheck shell=bash

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
COMMAND_NAME=$(basename -- "$0")
readonly ROOT COMMAND_NAME STOP_S=25
export LC_ALL=C.UTF-8
for part in messages names identity backup_file; do
	# shellcheck source=/dev/null
	source "$ROOT/ops/lib/$part.sh"
done

# The comment at the top of a command is its help text, without the lines of shell and licence.
help_show() {
	sed -n -e '1d' -e '/^# SPDX-/d' -e '/^#/!q' -e 's/^# \{0,1\}//p' "$0"
}

# setting NAME DEFAULT: the value that Compose uses, from the shell or else from .env.
setting() {
	local line value=$2
	if [[ -n ${!1+set} ]]; then
		value=${!1}
	elif [[ -r $ROOT/compose/.env ]]; then
		while IFS= read -r line; do
			[[ $line != "$1="* ]] || value=${line#*=}
		done <"$ROOT/compose/.env"
		if [[ $value =~ ^\"(.*)\"$ || $value =~ ^\'(.*)\'$ ]]; then
			value=${BASH_REMATCH[1]}
		fi
	fi
	printf '%s' "$value"
}

# The prefix of the names of containers, networks and volumes. It is passed to Compose explicitly.
PROJECT=$(setting COMPOSE_PROJECT_NAME myhotel)
readonly PROJECT
[[ $PROJECT =~ ^[a-z0-9][a-z0-9_-]*$ ]] ||
	usage_error "invalid COMPOSE_PROJECT_NAME: $PROJECT; use lower-case letters, digits, - and _"

compose() {
	local file=$ROOT/compose/compose.yaml
	if [[ -n ${COMPOSE:-} ]]; then
		$COMPOSE -p "$PROJECT" -f "$file" "$@"
	elif docker compose version >/dev/null 2>&1; then
		docker compose -p "$PROJECT" -f "$file" "$@"
	else
		docker-compose -p "$PROJECT" -f "$file" "$@"
	fi
}

# containers_of SERVICE...: the ids of the running containers.
containers_of() {
	local service
	for service in "$@"; do
		containers_list "$service"
	done | sort
}

# containers_list SERVICE OPTION...: the ids that docker ps lists with these options.
containers_list() {
	docker ps -q --no-trunc --filter "label=com.docker.compose.project=$PROJECT" \
		--filter "label=com.docker.compose.service=$1" \
		--filter label=com.docker.compose.oneoff=False "${@:2}"
}

container_is() {
	docker inspect -f "$2" "$1" 2>/dev/null
}

# operator [--name NAME] COMMAND...: runs a command of compose/operator in a container, with our standard
# input and output.
operator() {
	local options=()
	if [[ $1 == --name ]]; then
		options=("$1" "$2")
		shift 2
	fi
	compose run --rm -T --no-deps "${options[@]}" operator "$@"
}

# mariadb_run PROGRAM OPTION...: runs a program of MariaDB in its container, logged in as root.
mariadb_run() {
	local container
	container=$(containers_of mariadb)
	# shellcheck disable=SC2016 # the shell in the container expands it
	docker exec -i "$container" bash -c '
		exec "$1" --defaults-file=<(printf "[client]\nsocket=/run/mysqld/mysqld.sock\nuser=root\npassword=\"%s\"\ndefault-character-set=utf8mb4\n" "$(</run/secrets/db-root)") "${@:2}"' \
		mariadb_run "$@"
}
