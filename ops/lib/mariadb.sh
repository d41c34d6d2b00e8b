# SPDX-License-Identifier: MIT
# mariadb - the database server of this instance: configuration, initial data, readiness, migrations.
# shellcheck shell=bash

readonly SPARE_CONNECTIONS=30
readonly BUFFER_POOL_MB_MIN=128 REDO_MB_MIN=128 REDO_MB_MAX=512
readonly STATEMENTS_OF_CONNECTION=200 TABLES_OF_CONNECTION=12

mariadb_configure() {
	local connections pool_mb
	connections=$(mariadb_connections)
	pool_mb=$(mariadb_buffer_pool_mb "$(memory_mb)")
	render "$ROOT/ops/mariadb.cnf.in" STATE "$STATE" USER "$(id -un)" CONNECTIONS "$connections" \
		BUFFER_POOL "$pool_mb" REDO "$(mariadb_redo_mb "$pool_mb")" \
		STATEMENTS $((connections * STATEMENTS_OF_CONNECTION)) TABLES $((connections * TABLES_OF_CONNECTION)) |
		state_write "$STATE/mariadb/my.cnf"
}

# mariadb_buffer_pool_mb MEMORY: a quarter of the memory, because RabbitMQ, the programs and the caches of the
# system need the rest; in steps, so that a little less memory after the next boot changes nothing.
mariadb_buffer_pool_mb() {
	local mb=$(($1 / 4 / BUFFER_POOL_MB_MIN * BUFFER_POOL_MB_MIN))
	printf '%d' $((mb < BUFFER_POOL_MB_MIN ? BUFFER_POOL_MB_MIN : mb))
}

# mariadb_redo_mb POOL: a quarter of the buffer pool. What is longer takes longer to recover.
mariadb_redo_mb() {
	local mb=$(($1 / 4))
	((mb >= REDO_MB_MIN)) || mb=$REDO_MB_MIN
	((mb <= REDO_MB_MAX)) || mb=$REDO_MB_MAX
	printf '%d' "$mb"
}

# The pools of all processes, of one trial process, one more for each that has an index of rooms, and some spare
# connections.
mariadb_connections() {
	local program processes=1 indices
	for program in "${PROGRAMS[@]}"; do
		processes=$((processes + $(processes_wanted "$program")))
	done
	indices=$(($(processes_wanted fcgi-room) + 1))
	printf '%d' $((processes * ${SETTING[HOTEL_DB_POOL]:-6} + indices + SPARE_CONNECTIONS))
}

# Adding processes needs no restart: raise the limits at run time, and never lower them below what is in use.
mariadb_raise_connections() {
	local connections
	connections=$(mariadb_connections)
	mariadb_do "SET GLOBAL max_connections = GREATEST(@@max_connections, $connections),
		GLOBAL max_prepared_stmt_count = GREATEST(@@max_prepared_stmt_count, $((connections * STATEMENTS_OF_CONNECTION))),
		GLOBAL table_open_cache = GREATEST(@@table_open_cache, $((connections * TABLES_OF_CONNECTION)))" ||
		fail "MariaDB did not accept max_connections; see $STATE/log/mariadb.log"
}

# Creates the system tables in another folder and renames it when complete. The calling user is the
# administrator. --force: host names need not resolve, because none are used.
mariadb_install() {
	local log=$STATE/log/mariadb-install.log fresh=$STATE/mariadb/fresh
	[[ -d $STATE/mariadb/data ]] && return
	rm -rf -- "$fresh"
	if ! progress_during mariadb mariadb_tells_install mariadb_install_into "$fresh" "$log"; then
		warn "mariadb-install-db failed; the end of $log:"
		tail_of "$log" 15
		exit "$EXIT_FAILED"
	fi
	mv -- "$fresh" "$STATE/mariadb/data"
}

mariadb_tells_install() {
	printf 'creating its system tables'
}

# mariadb_install_into FOLDER LOG
mariadb_install_into() {
	mariadb-install-db --defaults-file="$STATE/mariadb/my.cnf" --datadir="$1" \
		--auth-root-authentication-method=socket --auth-root-socket-user="$(id -un)" \
		--skip-test-db --force >"$2" 2>&1 9>&-
}

# Before mariadb_protect the administrator has no password yet.
mariadb_ready() {
	mariadb_do 'DO 0' || mariadb_without_password -e 'DO 0' >/dev/null 2>&1
}

# Runs one statement as the administrator.
mariadb_do() {
	mariadb_admin -e "$1" >/dev/null 2>&1
}

# mariadb_admin OPTION...: the client, logged in as the administrator, who has the name of the calling user.
mariadb_admin() {
	mariadb --defaults-file=<(mariadb_admin_login "$STATE") --connect-timeout=3 "$@"
}

# mariadb_admin_login STATE: of the instance in this state folder.
mariadb_admin_login() {
	local state=$1
	printf '[client]\nsocket="%s"\nuser="%s"\npassword="%s"\ndefault-character-set=utf8mb4\n' \
		"$state/run/mariadb.sock" "$(id -un)" "$(<"$state/secrets/db-root")"
}

mariadb_without_password() {
	mariadb --no-defaults --connect-timeout=3 --socket="$STATE/run/mariadb.sock" --user="$(id -un)" "$@"
}

# A new server, and one of an earlier version, takes every process of this user for its administrator. From
# here on the administrator needs the password of a file that no program reads.
mariadb_protect() {
	mariadb_without_password -e 'DO 0' >/dev/null 2>&1 || return 0
	printf "ALTER USER '%s'@'localhost' IDENTIFIED VIA mysql_native_password USING PASSWORD('%s');\n" \
		"$(id -un)" "$(<"$STATE/secrets/db-root")" | mariadb_without_password >/dev/null 2>&1 || true
	mariadb_do 'DO 0' || fail "the administrator of MariaDB got no password; see $STATE/log/mariadb.log"
}

# Creates databases, users and tables from sql/; idempotent.
mariadb_migrate() {
	local log=$STATE/log/migrate.log
	# shellcheck disable=SC2119
	if ! mariadb_migrator >"$log" 2>&1; then
		warn "the databases could not be migrated; the end of $log:"
		tail_of "$log" 15
		exit "$EXIT_FAILED"
	fi
	if ! grep -qx "nothing to do" "$log"; then
		step databases "migrated in $(wc -l <"$log") steps (log: $log)"
	else
		step databases "up to date"
	fi
}

# shellcheck disable=SC2120 # doctor passes an argument
mariadb_migrator() {
	env -i PATH="$PATH" LC_ALL=C.UTF-8 HOTEL_DB_SOCKET="$STATE/run/mariadb.sock" \
		HOTEL_DB_USER="$(id -un)" HOTEL_DB_PASSWORD_FILE="$STATE/secrets/db-root" \
		"$BUILD/bin/hotel-migrate" --sql "$ROOT/sql" \
		--secrets "$STATE/secrets" "$@" 9>&-
}
