#!/bin/sh
# SPDX-License-Identifier: MIT
# mariadb.sh - a private MariaDB for tests, on a unix socket in a folder of its own.
#
#	mariadb.sh start DIR	initialises DIR if it is new, starts the server, and waits until it is ready;
#				the socket is DIR/mariadb.sock, the calling user is the administrator
#	mariadb.sh stop DIR	stops the server and waits until it has ended; the data is kept
#	mariadb.sh kill DIR	kills the server, like a power failure
#
# Small buffers and no synchronous writes to disk: for tests, not for money. MARIADB_SAFE=1 makes
# it as durable as the real one. Exit 0, or 1 with the reason and the end of the log.
set -eu

usage() {
	sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
	exit 2
}

fail() {
	echo "mariadb.sh: $1" >&2
	[ ! -f "$dir/mariadb.log" ] || tail -n 20 "$dir/mariadb.log" >&2
	exit 1
}

# mariadbd refuses to run as root without --user=root.
as_root=
[ "$(id -u)" -ne 0 ] || as_root=--user=root

settings() {
	flush=0
	[ -z "${MARIADB_SAFE:-}" ] || flush=1
	cat <<-SETTINGS
		[mariadbd]
		datadir=$dir/data
		socket=$dir/mariadb.sock
		pid-file=$dir/mariadb.pid
		log-error=$dir/mariadb.log
		tmpdir=$dir/tmp
		skip-networking
		skip-name-resolve
		character-set-server=utf8mb4
		collation-server=utf8mb4_bin
		max-connections=300
		innodb-buffer-pool-size=64M
		innodb-log-file-size=32M
		innodb-flush-log-at-trx-commit=$flush
		innodb-buffer-pool-dump-at-shutdown=OFF
		innodb-buffer-pool-load-at-startup=OFF
		performance-schema=OFF
		aria-pagecache-buffer-size=1M
		key-buffer-size=1M
	SETTINGS
}

# Creates the data folder under another name and renames it when complete, so that an incomplete one is
# never used. tmpdir is private, because a starting mariadbd removes all temporary tables that it finds.
# --force: host names need not resolve, because none are used.
initialise() {
	[ ! -d "$dir/data" ] || return 0
	rm -rf "$dir/data.new"
	mariadb-install-db --no-defaults --datadir="$dir/data.new" --tmpdir="$dir/tmp" \
		--auth-root-authentication-method=socket \
		--auth-root-socket-user="$(id -un)" --skip-test-db --innodb-log-file-size=32M --force \
		${as_root:+$as_root} >"$dir/install.log" 2>&1 || fail "mariadb-install-db failed, see $dir/install.log"
	mv "$dir/data.new" "$dir/data"
}

running() {
	[ -f "$dir/mariadb.pid" ] && kill -0 "$(cat "$dir/mariadb.pid")" 2>/dev/null
}

answers() {
	mariadb --no-defaults --socket="$dir/mariadb.sock" --user="$(id -un)" -e 'DO 1' >/dev/null 2>&1
}

start() {
	[ "${#dir}" -le 90 ] || fail "the folder's path is too long for a unix socket: $dir"
	mkdir -p "$dir/tmp"
	settings >"$dir/my.cnf"
	initialise
	running && return 0
	rm -f "$dir/mariadb.pid"
	mariadbd --defaults-file="$dir/my.cnf" ${as_root:+$as_root} >>"$dir/mariadb.log" 2>&1 </dev/null &
	pid=$!
	tries=0
	until answers; do
		kill -0 "$pid" 2>/dev/null || fail "mariadbd ended"
		tries=$((tries + 1))
		[ "$tries" -lt 600 ] || fail "mariadbd does not answer after 60 s"
		sleep 0.1
	done
}

# Sends a signal and waits until the process is gone.
finish() {
	running || return 0
	pid=$(cat "$dir/mariadb.pid")
	kill "-$1" "$pid"
	tries=0
	while kill -0 "$pid" 2>/dev/null && ! grep -q '^State:.Z' "/proc/$pid/status" 2>/dev/null; do
		tries=$((tries + 1))
		[ "$tries" -lt 600 ] || fail "mariadbd does not end after 60 s"
		sleep 0.1
	done
	rm -f "$dir/mariadb.pid"
}

[ $# -eq 2 ] || usage
mkdir -p "$2"
dir=$(cd "$2" && pwd)
case $1 in
start) start ;;
stop) finish TERM ;;
kill) finish KILL ;;
*) usage ;;
esac
