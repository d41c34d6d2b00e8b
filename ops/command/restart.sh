# SPDX-License-Identifier: MIT
# restart - replace running processes one by one, without a failed request
#
# Usage: ./hotel restart NAME...
#
# NAME is a context, a program, a server or all. A program is replaced in two steps. First a new
# process is tried beside the old ones; if it is not ready within HOTEL_READY_S seconds, it is
# removed, nothing is changed, and the reason is shown. Then the processes are replaced one after the
# other, each when its predecessor's replacement is ready. supervisord holds the listening socket, so
# new connections wait in it; an ending process answers its requests first. A new nginx takes over the sockets of the
# old one. all does not include mariadb and rabbitmq, because everything depends on them: restart
# these by name.
#
# Examples:
#   ./hotel restart book
#   ./hotel restart all
#
# Exit codes: 0 the new processes are ready; 1 one is not, shown with the end of its log, and the old
# ones serve; 2 unknown name; 75 another ./hotel is running.

# shellcheck shell=bash

command_main() {
	local name
	names_expand "$@"
	if contains all "$@"; then
		TARGETS=("${PROGRAMS[@]}" nginx)
	fi
	instance_require
	for name in "${TARGETS[@]}"; do
		step restart "$name"
		name_restart "$name"
	done
	say "restarted: ${TARGETS[*]}"
}
