# SPDX-License-Identifier: MIT
# start_checksum - a checksum of what a process reads at its start, to detect that it is outdated.
# shellcheck shell=bash

# start_checksum PROGRAM: one line.
start_checksum() {
	local name=$1
	case $name in
	fcgi-* | worker-* | nginx | watch) cat "$STATE/env/$name" 2>/dev/null ;;
	# The number of connections, and what goes with it, can be changed while it runs.
	mariadb) grep -vE '^(max-connections|max-prepared-stmt-count|table-open-cache)' "$STATE/mariadb/my.cnf" ;;
	epmd) cat "$STATE/ports" ;;
	rabbitmq) cat "$STATE/rabbitmq/"{environment,rabbitmq.conf} ;;
	esac | cksum
}
