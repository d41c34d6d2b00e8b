# SPDX-License-Identifier: MIT
# start - start a context, a program, a server or all
#
# Usage: ./hotel start NAME...
#
# NAME is a context (pay = fcgi-pay and worker-pay), a program (fcgi-pay, worker-pay), a server
# (mariadb, rabbitmq, nginx) or all. Waits until they are ready. What runs already is not touched.
#
# Examples:
#   ./hotel start pay
#   ./hotel start rabbitmq worker-alarm
#
# Exit codes: 0 all are ready; 1 one is not, shown with the end of its log; 2 unknown name;
# 75 another ./hotel is running.

# shellcheck shell=bash

command_main() {
	local name
	names_expand "$@"
	instance_require
	for name in "${TARGETS[@]}"; do
		name_start "$name"
		# So that programs that start with their database find it ready.
		[[ $name != mariadb ]] || names_await mariadb
	done
	names_await "${TARGETS[@]}"
	! contains rabbitmq "${TARGETS[@]}" || rabbitmq_apply_definitions
	say "started: ${TARGETS[*]}"
}
