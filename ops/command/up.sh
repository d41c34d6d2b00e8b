# up - install what is missing, build, and start everything
#
# Usage: [HOTEL_NAME=VALUE ...] ./hotel up
#
# Lists the Debian packages that are missing and installs them (asks at a terminal; with sudo
# when not root), builds the programs, makes databases and broker objects, starts all servers
# and programs and waits until they are ready. Again: changes nothing, takes seconds.
#
# HOTEL_* variables in the environment are recorded in the state folder; one that is not given
# keeps its recorded value, a changed one restarts the programs that read it. Bad values are
# all named before anything is touched. What `./hotel stop` stopped stays stopped.
#
# Databases are brought up to date first, then what changed is replaced as `restart` does it: a
# new version that is not ready within HOTEL_READY_S does not take over. HOTEL_PROCESSES says how
# many processes there are; more are started, and those that are too many ended, while all serve.
#
# Examples:
#   ./hotel up
#   HOTEL_PORT=8081 HOTEL_STATE=.run2 ./hotel up      a second instance beside the first
#   HOTEL_PAY_FALLBACK=refuse ./hotel up              change a setting
#   HOTEL_PROCESSES='book=3 fcgi-pay=4' ./hotel up    more processes
#
# Exit codes: 0 everything is ready; 1 something is not, with its log; 2 a bad setting;
# 75 another ./hotel is at work; 77 packages are missing and root is needed.

# shellcheck shell=bash

command_main() {
	(($# == 0)) || usage_error "up takes no arguments; settings are given as HOTEL_NAME=VALUE ./hotel up"
	state_open
	restored_require_whole
	settings_load
	settings_merge_environment
	ports_require_free
	packages_ensure build run
	build_release
	settings_validate
	settings_record
	instance_configure
	supervisor_ensure
	watch_ensure
	up_servers
	up_programs
	up_web
	recipes_prune
	up_next
}

# Starts names that are not stopped on purpose, replaces those that run with what is no more true.
# STARTED has those that are to be awaited.
up_bring() {
	local name
	STARTED=()
	for name in "$@"; do
		stopped_on_purpose "$name" && continue
		if name_outdated "$name"; then
			step restart "$name, as its settings or its build changed"
			name_restart "$name"
		else
			name_start "$name"
		fi
		STARTED+=("$name")
	done
}

up_servers() {
	stopped_on_purpose mariadb && fail "mariadb is stopped; start it with: $(again start mariadb)"
	mariadb_install
	processes_look
	up_bring mariadb rabbitmq
	names_await mariadb
	mariadb_admit
	step mariadb ready
	mariadb_migrate
}

up_programs() {
	local name
	processes_look
	# The broker may still be starting: programs need none to be ready.
	up_bring "${PROGRAMS[@]}"
	names_await "${STARTED[@]}"
	for name in "${PROGRAMS[@]}"; do
		name_shrink "$name"
	done
	step programs "${#STARTED[@]} ready"
}

up_web() {
	up_bring nginx
	names_await "${STARTED[@]}"
	if ! stopped_on_purpose rabbitmq; then
		names_await rabbitmq
		rabbitmq_apply_definitions
		step rabbitmq ready
	fi
	step nginx "ready"
}

up_next() {
	local base stopped
	base=$(url)
	stopped=$(find "$STATE/stopped" -type f -printf '%f ' | sort)
	[[ -z $stopped ]] || step stopped "$stopped- start with: $(again start NAME)"
	cat <<-END

		MyHotel is up: $base

		Register a room, book it for three nights two weeks from now, see the booking:

		  curl $base/rooms -d name='Sea view' -d price=1500
		  curl $base/books -d roomId=1 -d startDate=\$(date -d +14days +%F) -d endDate=\$(date -d +17days +%F)
		  curl $base/mypages

		What runs:        $(again status)
		What they write:  $(again logs)
		What it can take: ./hotel demo
		Stop it:          $(again down)
	END
}
