# reset - stop everything and remove the data
#
# Usage: ./hotel reset [--yes]
#
# Removes the state folder with all rooms, bookings, settings and secrets. Asks at a terminal;
# elsewhere --yes is needed. A folder that ./hotel did not make is not touched.
#
# Exit codes: 0 it is gone; 1 not removed; 2 --yes is missing, or it is not our folder.

# shellcheck shell=bash

command_main() {
	local sure=no
	[[ ${1:-} == --yes ]] && sure=yes && shift
	(($# == 0)) || usage_error "reset knows --yes only"
	if [[ ! -e $STATE ]]; then
		say "There is no instance in $STATE; nothing to remove."
		return
	fi
	state_exists || usage_error "$STATE is not a state folder of MyHotel; it is left alone"
	if [[ $sure == no ]]; then
		at_terminal || usage_error "this removes all data in $STATE; say --yes if that is meant"
		ask "Remove all rooms, bookings and settings in $STATE?" no || fail "nothing was removed"
	fi
	state_lock
	settings_load
	instance_stop
	# The mark goes last, so that an interrupted reset can be repeated.
	find "$STATE" -mindepth 1 -maxdepth 1 ! -name "$STATE_MARK" ! -name lock -exec rm -rf -- {} +
	rm -rf -- "$STATE"
	say "$STATE is removed."
}
