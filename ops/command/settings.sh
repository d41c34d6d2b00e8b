# SPDX-License-Identifier: MIT
# settings - list the settings that ./hotel up takes, with their defaults and this instance's values
#
# Usage: ./hotel settings [--json] [SETTING...]
#
# Lists each setting with its default, the values it may have and its meaning, or only those named. A value
# that this instance has recorded is shown below its setting; that of a secret is not. Settings are given to
# ./hotel up in the environment. A secret can be given in a file: NAME_FILE.
#
# Options:
#   --json  print [{"name", "default", "values", "meaning", "value"}, ...]; value is null if the instance has
#           recorded none, and "***" for a secret
#
# Examples:
#   ./hotel settings
#   ./hotel settings HOTEL_HOLD_S
#   HOTEL_HOLD_S=600 ./hotel up
#
# Exit codes: 0 shown; 2 wrong use or unknown setting.

# shellcheck shell=bash

command_main() {
	local name all
	SETTING=()
	[[ ! -f $STATE/settings ]] || settings_read "$STATE/settings"
	mapfile -t all < <(candidates_of settings SETTING)
	for name in "$@"; do
		contains "$name" "${all[@]}" ||
			usage_refuse settings "unknown setting: $name$(did_you_mean "$name" "${all[@]}")"
	done
	if [[ -n ${OPTION[--json]:-} ]]; then
		settings_rows "$@" | settings_json
	else
		settings_rows "$@" | settings_print
	fi
}

# NAME, default, values, meaning and recorded value of all settings, or of those named, with US between.
settings_rows() {
	local name standard values meaning value
	while IFS=$'\x1f' read -r name standard values meaning; do
		(($# == 0)) || contains "$name" "$@" || continue
		value=${SETTING[$name]-$'\x1e'}
		[[ $value == $'\x1e' || $meaning != *'; a secret' ]] || value='***'
		printf '%s\x1f%s\x1f%s\x1f%s\x1f%s\n' "$name" "$standard" "$values" "$meaning" "$value"
	done < <(settings_table | tr '\t' '\037')
}

settings_print() {
	local name standard values meaning value
	while IFS=$'\x1f' read -r name standard values meaning value; do
		printf '%s  (default: %s%s)\n' "$name" "${standard:-none}" "${values:+; $values}"
		printf '%s\n' "$meaning" | fold -s -w 84 | sed 's/^/    /'
		[[ $value == $'\x1e' ]] || printf '    recorded: %s\n' "$value"
	done
}

settings_value_json() {
	if [[ $1 == $'\x1e' ]]; then
		printf 'null'
	else
		json_text "$1"
	fi
}

settings_json() {
	local name standard values meaning value comma=
	printf '['
	while IFS=$'\x1f' read -r name standard values meaning value; do
		printf '%s\n{"name":%s,"default":%s,"values":%s,"meaning":%s,"value":%s}' "$comma" "$(json_text "$name")" \
			"$(json_text "$standard")" "$(json_text "$values")" "$(json_text "$meaning")" \
			"$(settings_value_json "$value")"
		comma=,
	done
	printf '\n]\n'
}
