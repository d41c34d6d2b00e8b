# fingerprint - what a process was started with, to see whether that is still what it should be.
# shellcheck shell=bash

# One line over the program and everything it reads at its start.
fingerprint_of() {
	local name=$1
	case $name in
	fcgi-* | worker-* | nginx | watch) cat "$STATE/env/$name" 2>/dev/null ;;
	# The number of connections is changed while it runs.
	mariadb) grep -v '^max-connections' "$STATE/mariadb/my.cnf" ;;
	epmd) cat "$STATE/ports" ;;
	rabbitmq) cat "$STATE/rabbitmq/"{environment,rabbitmq.conf} ;;
	esac | cksum
}
