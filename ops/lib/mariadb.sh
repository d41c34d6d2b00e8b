# mariadb - this instance's database server: its configuration, first data, readiness, migrations.
# shellcheck shell=bash

readonly SPARE_CONNECTIONS=30

mariadb_configure() {
	render "$ROOT/ops/mariadb.cnf.in" STATE "$STATE" USER "$(id -un)" \
		CONNECTIONS "$(mariadb_connections)" | state_write "$STATE/mariadb/my.cnf"
}

# The pools of all processes and of one that is tried beside them, and some for everybody else.
mariadb_connections() {
	local program processes=1
	for program in "${PROGRAMS[@]}"; do
		processes=$((processes + $(processes_wanted "$program")))
	done
	printf '%d' $((processes * ${SETTING[HOTEL_DB_POOL]:-6} + SPARE_CONNECTIONS))
}

# More processes are no reason to restart it. Fewer connections than there are would be a mistake.
mariadb_admit() {
	mariadb_do "SET GLOBAL max_connections = GREATEST(@@max_connections, $(mariadb_connections))" ||
		fail "MariaDB does not take its number of connections; see $STATE/log/mariadb.log"
}

# The system tables, made beside their place and moved there whole; the calling user is root.
# --force: a host name that does not resolve is no reason to give up, as no host names are used.
mariadb_install() {
	local log=$STATE/log/mariadb-install.log fresh=$STATE/mariadb/fresh
	[[ -d $STATE/mariadb/data ]] && return
	rm -rf -- "$fresh"
	if ! mariadb-install-db --defaults-file="$STATE/mariadb/my.cnf" --datadir="$fresh" \
		--auth-root-authentication-method=socket --auth-root-socket-user="$(id -un)" \
		--skip-test-db --force >"$log" 2>&1 9>&-; then
		warn "mariadb-install-db failed; the end of $log:"
		tail_of "$log" 15
		exit "$EXIT_FAILED"
	fi
	mv -- "$fresh" "$STATE/mariadb/data"
}

mariadb_ready() {
	mariadb_do 'DO 0'
}

# One statement, as the administrator.
mariadb_do() {
	mariadb --no-defaults --connect-timeout=3 --socket="$STATE/run/mariadb.sock" \
		--user="$(id -un)" -e "$1" >/dev/null 2>&1
}

# Databases, users and tables as sql/ has them; again without effect when nothing is new.
mariadb_migrate() {
	local log=$STATE/log/migrate.log
	# shellcheck disable=SC2119
	if ! mariadb_migrator >"$log" 2>&1; then
		warn "the databases could not be brought up to date:"
		tail_of "$log" 15
		exit "$EXIT_FAILED"
	fi
	if ! grep -qx "nothing to do" "$log"; then
		step databases "brought up to date in $(wc -l <"$log") steps (log: $log)"
	else
		step databases "up to date"
	fi
}

# shellcheck disable=SC2120 # doctor gives it an argument
mariadb_migrator() {
	env -i PATH="$PATH" LC_ALL=C.UTF-8 HOTEL_DB_SOCKET="$STATE/run/mariadb.sock" \
		HOTEL_DB_USER="$(id -un)" "$BUILD/bin/hotel-migrate" --sql "$ROOT/sql" \
		--secrets "$STATE/secrets" "$@" 9>&-
}
