# SPDX-License-Identifier: MIT
# down - stop everything; the data is kept
#
# Usage: ./hotel down
#
# Stops nginx first, then the programs, which finish the requests and events in progress, then the
# servers and the supervisor. No process of this instance remains. ./hotel up starts it again.
#
# Examples:
#   ./hotel down
#
# Exit codes: 0 nothing runs any more; 1 a process does not end; 2 wrong use; 75 another ./hotel is
# running.

# shellcheck shell=bash

command_main() {
	if ! state_exists; then
		say "There is no instance in $STATE; nothing to stop."
		return
	fi
	state_lock
	settings_load
	instance_stop
	say "MyHotel is down. Its data is in $STATE."
}
