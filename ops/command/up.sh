# SPDX-License-Identifier: MIT
# up - install what is missing, build and start everything
#
# Usage: [HOTEL_NAME=VALUE ...] ./hotel up [--profile PROFILE] [--tls]
#
# Installs missing Debian packages (asks at a terminal; uses sudo if it is not run by root), builds
# the programs, creates the databases and the objects of the broker, starts all servers and programs,
# and waits until they are ready. It is idempotent: run again, it changes nothing and takes seconds.
#
# HOTEL_* variables in the environment are recorded in the state folder. A variable that is not given
# keeps its recorded value; a changed one restarts the programs that read it. All invalid values are
# reported before anything is installed, built or changed. If another process has the port, up says so,
# prints the command for another port, and starts nothing. An up that fails before it starts anything
# leaves no state folder. What ./hotel stop stopped stays stopped.
#
# The databases are migrated first. Then programs with a changed build or changed settings are
# replaced as ./hotel restart does: a new version that is not ready within HOTEL_READY_S seconds does
# not take over. HOTEL_PROCESSES sets the number of processes; they are added and removed without
# interruption.
#
# Options:
#   --profile PROFILE  take the settings of a file in ops/profiles, such as original; they are recorded
#                      like others, and HOTEL_* variables override them
#   --tls              serve https:// with a self-signed certificate, made in the state folder, for a try;
#                      recorded as HOTEL_TLS_CERT and HOTEL_TLS_KEY, and empty ones end it
#
# Examples:
#   ./hotel up
#   HOTEL_PORT=8081 HOTEL_STATE=.run2 ./hotel up      a second instance beside the first
#   HOTEL_PAY_FALLBACK=refuse ./hotel up              change a setting
#   ./hotel up --profile original                     the original's command lines as written
#   HOTEL_PROCESSES='book=3 fcgi-pay=4' ./hotel up    more processes
#
# Exit codes: 0 everything is ready; 1 the port is taken, or something is not ready, shown with the end
# of its log; 2 invalid setting; 75 another ./hotel is running; 77 packages are missing and root is needed.

# shellcheck shell=bash

command_main() {
	local profile=${OPTION[--profile]:-}
	settings_load
	[[ -z $profile ]] || settings_read "$ROOT/ops/profiles/$profile.env"
	settings_merge_environment
	TLS_COMES=${OPTION[--tls]:-}
	settings_validate settings_early_faults
	trap state_forget EXIT
	state_open
	restore_require_complete
	settings_load
	[[ -z $profile ]] || settings_read "$ROOT/ops/profiles/$profile.env"
	settings_merge_environment
	ports_require_free
	packages_ensure build run
	[[ -z ${OPTION[--tls]:-} ]] || edge_certificate_make
	build_release
	settings_validate
	settings_record
	up_warn
	instance_configure
	supervisor_ensure
	watch_ensure
	up_servers
	up_programs
	up_tokens
	demo_accounts_make
	up_web
	specs_prune
	up_next
}

# What may be meant, and is better known.
up_warn() {
	local risk cure
	((EUID != 0)) || warn "run by root, so nginx, the servers and all programs run as root; a user of their own is safer (docs/runbook.md)"
	while IFS=$'\t' read -r risk cure; do
		warn "$risk; end that with: $cure"
	done < <(edge_risks)
}

# Starts the names that are not stopped by the operator, and replaces those that are outdated. Sets
# STARTED to the names to wait for.
up_bring() {
	local name
	STARTED=()
	for name in "$@"; do
		stopped_on_purpose "$name" && continue
		if name_outdated "$name"; then
			step restart "$name: its settings or its build changed"
			name_restart "$name"
		else
			name_start "$name"
		fi
		STARTED+=("$name")
	done
}

up_servers() {
	stopped_on_purpose mariadb && fail "MariaDB is stopped; start it with: $(hotel_command start mariadb)"
	mariadb_install
	processes_refresh
	up_bring mariadb rabbitmq
	names_await mariadb
	mariadb_protect
	mariadb_raise_connections
	step mariadb ready
	mariadb_migrate
}

up_programs() {
	local name
	processes_refresh
	# The broker may still be starting; programs are ready without it.
	up_bring "${PROGRAMS[@]}"
	names_await "${STARTED[@]}"
	for name in "${PROGRAMS[@]}"; do
		name_stop_surplus "$name"
	done
	step programs "${#STARTED[@]} ready"
}

# Once every program of the version before is replaced, their shared secret counts no longer.
up_tokens() {
	service_token_is_old || return 0
	service_token_forget
	specs_stage
	up_programs
	step tokens "services know each other by tokens; the secret of the version before counts no longer"
}

up_web() {
	up_bring nginx
	names_await "${STARTED[@]}"
	if ! stopped_on_purpose rabbitmq; then
		names_await rabbitmq
		rabbitmq_apply_definitions
		earlier_queues_delete
		step rabbitmq ready
	fi
	step nginx "ready"
}

up_demo_accounts() {
	[[ ${SETTING[HOTEL_DEMO]} == on ]] || { printf 'an account: %s' "$(hotel_command account add EMAIL)" && return; }
	printf '%s ' "${DEMO_ACCOUNTS[@]/%/@demo.example}"
	printf '(passwords: %s/secrets/demo-*)' "$STATE"
}

# What a request shows to act as a demo account, or as another one, where it has to show something.
up_as() {
	local name=$1
	[[ ${SETTING[HOTEL_AUTH]:-off} == on ]] || return 0
	[[ ${SETTING[HOTEL_DEMO]} == on ]] || name=E-MAIL
	printf ' -H "Authorization: Bearer %s"' "\$($(hotel_command token "$name"))"
}

up_mode() {
	if [[ ${SETTING[HOTEL_AUTH]:-off} == on ]]; then
		printf 'who shows no credentials is nobody (HOTEL_AUTH=on)'
	else
		printf 'who shows no credentials is who they say they are; change it with: HOTEL_AUTH=on %s' "$(hotel_command up)"
	fi
}

earlier_list() {
	local environment
	mapfile -t environment < <(broker_environment operator)
	env -i PATH="$PATH" LC_ALL=C.UTF-8 "${environment[@]}" "$BUILD/bin/hotel-queues" earlier 2>/dev/null
}

earlier_awaited() {
	! stopped_on_purpose "worker-$1"
}

up_next() {
	local base curl stopped
	base=$(url) curl=$(edge_curl)
	stopped=$(find "$STATE/stopped" -type f -printf '%f ' | sort)
	[[ -z $stopped ]] || step stopped "$stopped- start with: $(hotel_command start NAME)"
	cat <<-END

		MyHotel is up: ${SETTING[HOTEL_URL]:-$base}

		Register a room, book it for three nights from a week from now, and show the booking:

		  $curl$(up_as host) $base/rooms -d name='Sea view' -d price=1500
		  $curl$(up_as guest) $base/books -d roomId=1 -d startDate=\$(date -d +7days +%F) -d endDate=\$(date -d +10days +%F)
		  $curl$(up_as guest) $base/mypages

		Callers:        $(up_mode)
		Show what runs: $(hotel_command status)
		Show the logs:  $(hotel_command logs)
		Sign in as:     $(up_demo_accounts)
		Demonstration:  ./hotel demo
		Stop it:        $(hotel_command down)
	END
}

# shellcheck source=../shared/earlier_queues.sh
source "$ROOT/ops/shared/earlier_queues.sh"
