# restart - replace running processes one by one, without a failed request
#
# Usage: ./hotel restart NAME...
#
# NAME is a context, a program, a server or all. First one new process is tried beside those that
# work; if it is not ready within HOTEL_READY_S, it is taken away again, nothing is changed, and
# you are told why. Then the processes are replaced one after the other, each when the successor
# of the one before is ready. The new nginx takes over the sockets of the old one. Of
# all, mariadb and rabbitmq are left alone: everything waits for them, so they are restarted by
# their own names only.
#
# Examples:
#   ./hotel restart book
#   ./hotel restart all
#
# Exit codes: 0 the new ones are ready; 1 one is not, with its log, and the old ones serve;
# 2 there is no such name.

# shellcheck shell=bash

command_main() {
	local name
	names_expand "$@"
	if contains all "$@"; then
		TARGETS=("${PROGRAMS[@]}" nginx)
	fi
	instance_require
	for name in "${TARGETS[@]}"; do
		name_restart "$name"
	done
	say "restarted: ${TARGETS[*]}"
}
