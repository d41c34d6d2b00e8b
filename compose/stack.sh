# stack - what the commands in this folder share: their words, and how they speak to the stack.
#
# Environment of all: COMPOSE, the command to use (docker compose if it is there, else docker-compose);
# what compose.yaml reads.
# shellcheck shell=bash

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
SAYS=$(basename -- "$0")
readonly ROOT SAYS STOP_S=25
export LC_ALL=C.UTF-8
for part in say names backup; do
	# shellcheck source=/dev/null
	source "$ROOT/ops/lib/$part.sh"
done

# The comment at the top of a command is its help.
help_show() {
	sed -n -e '1d' -e '/^#/!q' -e 's/^# \{0,1\}//p' "$0"
}

compose() {
	if [[ -n ${COMPOSE:-} ]]; then
		$COMPOSE -f "$ROOT/compose/compose.yaml" "$@"
	elif docker compose version >/dev/null 2>&1; then
		docker compose -f "$ROOT/compose/compose.yaml" "$@"
	else
		docker-compose -f "$ROOT/compose/compose.yaml" "$@"
	fi
}

# The ids of a service's containers.
containers_of() {
	compose ps -q "$1" | sort
}

container_is() {
	docker inspect -f "$2" "$1" 2>/dev/null
}

# What containers, networks and volumes are named after.
project() {
	local named
	named=$(sed -n 's/^COMPOSE_PROJECT_NAME=//p' "$ROOT/compose/.env")
	printf '%s' "${COMPOSE_PROJECT_NAME:-${named:-compose}}"
}

# operator [--name NAME] COMMAND: what the operator's container does; standard input and output are ours.
operator() {
	local options=()
	if [[ $1 == --name ]]; then
		options=("$1" "$2")
		shift 2
	fi
	compose run --rm -T --no-deps "${options[@]}" operator "$@"
}

# What MariaDB's own programs are told to come in: mariadb_run PROGRAM OPTION..., in its container.
mariadb_run() {
	local container
	container=$(containers_of mariadb)
	# shellcheck disable=SC2016 # the container's shell is meant
	docker exec -i "$container" bash -c '
		exec "$1" --defaults-file=<(printf "[client]\nsocket=/run/mysqld/mysqld.sock\nuser=root\npassword=\"%s\"\ndefault-character-set=utf8mb4\n" "$(</run/secrets/db-root)") "${@:2}"' \
		mariadb_run "$@"
}
