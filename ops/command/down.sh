# down - stop everything; the data stays
#
# Usage: ./hotel down
#
# Stops the web server first, lets the programs finish what they have begun, then stops the
# servers and the supervisor. No process of this instance is left. `./hotel up` continues.
#
# Exit codes: 0 nothing runs any more; 1 something does not end; 75 another ./hotel is at work.

# shellcheck shell=bash

command_main() {
	(($# == 0)) || usage_error "down takes no arguments"
	if ! state_exists; then
		say "There is no instance in $STATE; nothing to stop."
		return
	fi
	state_lock
	settings_load
	instance_stop
	say "MyHotel is down. The data is kept in $STATE."
}
