# SPDX-License-Identifier: MIT
# reset - stop everything and remove the data
#
# Usage: ./hotel reset [--yes]
#
# Removes the state folder with all rooms, bookings, settings and secrets. Asks for confirmation at a
# terminal; elsewhere --yes is required. A folder that ./hotel did not create is not touched.
#
# Options:
#   --yes  do not ask
#
# Examples:
#   HOTEL_STATE=.run2 ./hotel reset --yes
#
# Exit codes: 0 removed; 1 not removed; 2 --yes is missing, or it is not a state folder of ./hotel;
# 75 another ./hotel is running.

# shellcheck shell=bash

command_main() {
	local sure=no
	[[ -z ${OPTION[--yes]:-} ]] || sure=yes
	if [[ ! -e $STATE ]]; then
		say "There is no instance in $STATE; nothing to remove."
		return
	fi
	state_exists || usage_error "$STATE is not a state folder of MyHotel; it was not touched"
	if [[ $sure == no ]]; then
		at_terminal || usage_error "this removes all data in $STATE; confirm with --yes"
		ask "Remove all rooms, bookings and settings in $STATE?" no || fail "nothing was removed"
	fi
	state_lock
	settings_load
	instance_stop
	# Remove the mark last, so that an interrupted reset can be repeated.
	find "$STATE" -mindepth 1 -maxdepth 1 ! -name "$STATE_MARK" ! -name lock -exec rm -rf -- {} +
	rm -rf -- "$STATE"
	say "$STATE is removed."
}
