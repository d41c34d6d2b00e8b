# SPDX-License-Identifier: MIT
# settings - the settings of an instance: given to `up` in the environment, recorded in the state folder.
# shellcheck shell=bash

declare -A SETTING=()

# Read by ./hotel alone: NAME, default, values, meaning.
readonly COMMAND_SETTINGS=$'HOTEL_PORT\t8080\t1 to 65535\tport that nginx listens on
HOTEL_HTTP_PORT\t0\t0 to 65535\tport without TLS that leads to HTTPS, such as 80; 0: none
HOTEL_METRICS_PORT\t0\t0 to 65535\tloopback port for Prometheus; 0: none
HOTEL_STATE\t.run\t\tstate folder of the instance; not recorded'

# Set by ./hotel for each program; a value from the environment would have no effect.
readonly OWN_SETTINGS=(HOTEL_ADMIN_SOCKET HOTEL_AMQP_HOST HOTEL_AMQP_PASSWORD
	HOTEL_AMQP_PASSWORD_FILE HOTEL_AMQP_PORT HOTEL_AMQP_USER HOTEL_AMQP_VHOST HOTEL_DB_HOST
	HOTEL_DB_NAME HOTEL_DB_PASSWORD HOTEL_DB_PASSWORD_FILE HOTEL_DB_PORT HOTEL_DB_SOCKET
	HOTEL_DB_USER HOTEL_INTERNAL_SOCKET HOTEL_INTERNAL_URL HOTEL_LINK_URL HOTEL_PROGRAM_SOCKET HOTEL_RUN_DIR
	HOTEL_ACCESS_KEY_FILE HOTEL_BOOKING_KEY HOTEL_BOOKING_KEY_FILE HOTEL_ERASED_FILE HOTEL_ISSUER
	HOTEL_KEY_DIR HOTEL_OTP_KEY HOTEL_OTP_KEY_FILE HOTEL_SERVICE_KEY_FILE HOTEL_SERVICE_TOKEN HOTEL_SERVICE_TOKEN_FILE)

# Sets SETTING to the defaults that ./hotel itself needs, overridden by the recorded settings.
settings_load() {
	SETTING=([HOTEL_PORT]=8080 [HOTEL_LISTEN]=127.0.0.1 [HOTEL_DEMO]=on [HOTEL_METRICS_PORT]=0)
	[[ ! -f $STATE/settings ]] || settings_read "$STATE/settings"
}

# Reads a file written by settings_record; its values override those in SETTING.
settings_read() {
	local line
	while IFS= read -r line; do
		[[ $line != HOTEL_*=* ]] || SETTING[${line%%=*}]=${line#*=}
	done <"$1"
}

# The names of the settings in the environment, except HOTEL_STATE.
settings_given() {
	compgen -e HOTEL_ | grep -vx HOTEL_STATE || true
}

settings_merge_environment() {
	local name
	for name in $(settings_given); do
		SETTING[$name]=${!name}
	done
}

settings_sorted() {
	printf '%s\n' "${!SETTING[@]}" | sort
}

settings_record() {
	local name
	{
		printf '# Settings of this instance, recorded by ./hotel up.\n'
		for name in $(settings_sorted); do
			printf '%s=%s\n' "$name" "${SETTING[$name]}"
		done
	} | state_write "$STATE/settings"
}

# All settings that may be given, one per line: NAME, default, values, meaning, with tabs between. The table in
# README.md is generated from lib/config/settings.c, which needs no build to be read.
settings_table() {
	local own
	own=$(printf '%s|' "${OWN_SETTINGS[@]}")
	{
		printf '%s\n' "$COMMAND_SETTINGS"
		awk -F ' *[|] *' -v OFS='\t' '
			/^<!-- table: settings -->/ { inside = 1; next }
			inside && /^$/ && rows { exit }
			inside && /^[|] *`HOTEL_/ { rows++; gsub(/`/, ""); print $2, $3, $4, $5 }' "$ROOT/README.md"
	} | grep -vE "^(${own%|})	" | sort
}

# Unknown names, and values outside of the table, one fault per line. The programs check more; this needs
# neither packages nor a build.
settings_table_faults() {
	local name standard values meaning value choices
	local -A values_of=() secrets=()
	while IFS=$'\x1f' read -r name standard values meaning; do
		values_of[$name]=$values
		[[ $meaning != *'; a secret' ]] || secrets[${name}_FILE]=
	done < <(settings_table | tr '\t' '\037')
	for name in $(settings_sorted); do
		! contains "$name" "${OWN_SETTINGS[@]}" || continue
		if [[ -z ${values_of[$name]+known} ]]; then
			[[ -n ${secrets[$name]+known} ]] ||
				printf '%s is not a setting%s; ./hotel settings lists them\n' "$name" \
					"$(did_you_mean "$name" "${!values_of[@]}" "${!secrets[@]}")"
			continue
		fi
		value=${SETTING[$name]} values=${values_of[$name]}
		if [[ $values =~ ^([0-9]+)\ to\ ([0-9]+)$ ]]; then
			[[ $name == HOTEL_@(|HTTP_|METRICS_)PORT ]] ||
				number_is_within "$value" "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" ||
				printf '%s="%s" is not a number from %s\n' "$name" "$value" "$values"
		elif [[ -n $values && ", $values," != *", $value,"* ]]; then
			read -ra choices <<<"${values//,/}"
			printf '%s="%s" is not one of: %s%s\n' "$name" "$value" "$values" "$(did_you_mean "$value" "${choices[@]}")"
		fi
	done
}

# The same before packages and build are ready. If there are such faults, and programs that were built earlier,
# those tell the faults that only programs know as well, so that all are reported at once.
settings_early_faults() {
	local faults name fault program=${MYHOTEL_BUILD:-$ROOT/build/release}/bin/fcgi-book
	faults=$(settings_table_faults)
	[[ -n $faults ]] || return 0
	printf '%s\n' "$faults"
	[[ -x $program ]] || return 0
	BUILD=${program%/bin/*}
	while IFS= read -r fault; do
		name=${fault%%[!A-Z0-9_]*}
		[[ -z $name || $'\n'$faults == *$'\n'"$name"[=\ ]* ]] || printf '%s\n' "$fault"
	done < <(settings_program_faults)
}

number_is_within() {
	[[ $1 =~ ^[0-9]{1,12}$ ]] && ((10#$1 >= $2 && 10#$1 <= $3))
}

# Faults that only ./hotel can detect, one per line.
settings_own_faults() {
	local name port=${SETTING[HOTEL_PORT]} metrics=${SETTING[HOTEL_METRICS_PORT]}
	[[ $port =~ ^[1-9][0-9]{0,4}$ ]] && ((port <= 65535)) ||
		printf 'HOTEL_PORT="%s" is not a port from 1 to 65535\n' "$port"
	[[ $metrics =~ ^(0|[1-9][0-9]{0,4})$ ]] && ((metrics <= 65535)) && [[ $metrics != "$port" ]] ||
		printf 'HOTEL_METRICS_PORT="%s" is neither 0 nor a port other than HOTEL_PORT\n' "$metrics"
	[[ ${SETTING[HOTEL_LISTEN]} =~ ^[0-9A-Za-z.:-]+$ ]] ||
		printf 'HOTEL_LISTEN="%s" is not an address\n' "${SETTING[HOTEL_LISTEN]}"
	edge_faults
	backup_key_faults "${SETTING[HOTEL_BACKUP_KEY_FILE]:-}"
	processes_faults
	for name in $(settings_sorted); do
		contains "$name" "${OWN_SETTINGS[@]}" &&
			printf '%s is set by ./hotel itself; unset it\n' "$name"
		[[ ${SETTING[$name]} == *[[:cntrl:]]* ]] &&
			printf '%s contains a line break or another control character\n' "$name"
	done
	return 0
}

# Faults that the programs detect. A program checks them, so that there is only one table of settings.
settings_program_faults() {
	local name faults environment=()
	for name in $(settings_sorted); do
		contains "$name" "${OWN_SETTINGS[@]}" || environment+=("$name=${SETTING[$name]}")
	done
	faults=$(exec_clean PATH="$PATH" LC_ALL=C.UTF-8 "${environment[@]}" \
		"$BUILD/bin/fcgi-book" --check-config 2>&1 >/dev/null) ||
		printf '%s\n' "${faults:-fcgi-book --check-config failed without a message}"
}

# settings_validate FUNCTION...: exits with all faults that these functions find, before anything is recorded or
# restarted; without one it asks the programs, which have to be built.
settings_validate() {
	local faults check
	faults=$(settings_own_faults && for check in "${@:-settings_program_faults}"; do "$check"; done)
	[[ -n $faults ]] || return 0
	warn "nothing was changed; correct these settings:"
	printf '%s\n' "$faults" | sed 's/^/    /' >&2
	exit "$EXIT_USAGE"
}

# setting_is_for SETTING PROGRAM: whether the program reads it. Only programs that do receive it, and are
# restarted when it changes.
setting_is_for() {
	local kind=${2%%-*} context
	context=$(context_of "$2")
	case $1 in
	HOTEL_CLIENT_CONNECTIONS | HOTEL_CLIENT_RATE | HOTEL_CONNECTION_S | HOTEL_NEAR | HOTEL_PROXY* | HOTEL_TLS_*)
		return 1 # nginx
		;;
	HOTEL_BACKUP_KEY_FILE | HOTEL_HTTP_PORT | HOTEL_PORT | HOTEL_METRICS_PORT | HOTEL_HISTORY_* | HOTEL_LIVE_S | HOTEL_PROCESSES | HOTEL_READY_S)
		return 1
		;;
	HOTEL_ALARM_PREFIX) [[ $context == alarm ]] ;;
	HOTEL_LANGUAGE) [[ $context == alarm || $2 == worker-account ]] ;;
	HOTEL_AUDIT_DAYS) [[ $kind == worker ]] ;;
	HOTEL_DELIVERY_DAYS | HOTEL_NOTIFICATION_DAYS) [[ $2 == worker-alarm ]] ;;
	HOTEL_DELIVERY) [[ $2 == worker-@(alarm|account) ]] ;;
	HOTEL_IDEMPOTENCY_HOURS) [[ $2 == worker-@(room|book|alarm|account) ]] ;;
	HOTEL_HOSTS | HOTEL_OIDC_*) [[ $2 == fcgi-account ]] ;;
	HOTEL_CONTACT_DAYS | HOTEL_NIGHT_DAYS) [[ $2 == worker-book ]] ;;
	HOTEL_DELIVERY_* | HOTEL_MAIL_FROM | HOTEL_SMTP_*) [[ $context == alarm || $2 == worker-account ]] ;;
	HOTEL_WEBHOOK_*) [[ $context == alarm ]] ;;
	HOTEL_AMQP_* | HOTEL_CONSUME_* | HOTEL_RELAY_*) [[ $kind == worker ]] && contains "$context" "${QUEUES[@]}" ;;
	HOTEL_ROUND_TIMEOUT_MS) [[ $kind == worker ]] ;;
	HOTEL_BREAKER_* | HOTEL_CLIENT_PRICE | HOTEL_PAY_* | HOTEL_SETTLE_* | HOTEL_HOLD_S | HOTEL_*PENDING_LIMIT)
		[[ $context == book ]]
		;;
	HOTEL_DEMO) [[ $context == @(book|pay) ]] ;;
	HOTEL_BACKLOG | HOTEL_READ_TIMEOUT_MS | HOTEL_THREADS) [[ $kind == fcgi ]] ;;
	*) return 0 ;;
	esac
}

# The number of decimals of a currency's amounts, by the table that the programs have; 0 if it is unknown.
currency_decimals() {
	local decimals
	decimals=$(sed -n "s/^CURRENCY($1, \([0-9]\))\$/\1/p" "$ROOT/lib/base/currencies.h")
	printf '%s\n' "${decimals:-0}"
}

# stay_limit NIGHTS_MAX|DAYS_AHEAD: what a booking may be at most, of lib/domain/stay.h.
stay_limit() {
	local limit
	limit=$(sed -n "s/^#define STAY_$1 *\([0-9]*\).*/\1/p" "$ROOT/lib/domain/stay.h")
	printf '%s\n' "${limit:?lib/domain/stay.h has no STAY_$1}"
}

# zone_words ZONE: what the clocks of a time zone are called in winter and summer, by their difference to
# UTC: +01:00=CET,+02:00=CEST. instant_format_local() of lib/base/day.c has the same words.
zone_words() {
	local month offset word
	for month in 01 07; do
		read -r offset word < <(TZ=$1 date -d "$(date +%Y)-$month-15" '+%:z %Z')
		[[ $word =~ ^[A-Z]{1,5}$ ]] || word="(UTC$offset)"
		printf '%s=%s\n' "$offset" "$word"
	done | sort -u | paste -s -d ,
}

# The environment of a program, NAME=VALUE lines: what it needs and nothing else.
program_environment() {
	local program=$1 name context
	context=$(context_of "$program")
	for name in $(settings_sorted); do
		setting_is_for "$name" "$program" && printf '%s=%s\n' "$name" "${SETTING[$name]}"
	done
	printf 'HOTEL_RUN_DIR=%s\n' "$STATE/run"
	printf 'HOTEL_DB_SOCKET=%s\n' "$STATE/run/mariadb.sock"
	printf 'HOTEL_DB_NAME=hotel_%s\nHOTEL_DB_USER=hotel_%s\n' "$context" "$context"
	printf 'HOTEL_DB_PASSWORD_FILE=%s\n' "$STATE/secrets/db-$context"
	if [[ $program == worker-* ]] && contains "$context" "${QUEUES[@]}"; then
		broker_environment "$context"
	fi
	if [[ $program == @(fcgi|worker)-account ]]; then
		printf 'HOTEL_LINK_URL=%s\n' "$(url)"
	fi
	if contains "$program" "${ERASED_WRITERS[@]}"; then
		printf 'HOTEL_ERASED_FILE=%s\n' "$STATE/erased/$context"
	fi
	if [[ $program == fcgi-account ]]; then
		printf 'HOTEL_ACCESS_KEY_FILE=%s\n' "$STATE/secrets/key-account"
	fi
	if contains "$program" "${CALLERS[@]}"; then
		printf 'HOTEL_INTERNAL_SOCKET=%s\n' "$STATE/run/internal.sock"
		printf 'HOTEL_SERVICE_KEY_FILE=%s\n' "$STATE/secrets/key-$context"
	fi
	[[ $program != fcgi-* ]] || printf 'HOTEL_KEY_DIR=%s\n' "$STATE/keys"
	[[ $program != @(fcgi-*|worker-alarm) ]] || printf 'HOTEL_ISSUER=%s\n' "$(issuer)"
	if contains "$program" "${BOOKING_KEY_HOLDERS[@]}"; then
		printf 'HOTEL_BOOKING_KEY_FILE=%s\n' "$STATE/secrets/booking-key"
	fi
	if contains "$program" "${OTP_KEY_HOLDERS[@]}"; then
		printf 'HOTEL_OTP_KEY_FILE=%s\n' "$STATE/secrets/otp-key"
	fi
	if service_token_is_old && contains "$program" "${TOKEN_HOLDERS[@]}"; then
		printf 'HOTEL_SERVICE_TOKEN_FILE=%s\n' "$STATE/secrets/service-token"
	fi
}

# The environment of all tools; they send no mail.
tools_environment() {
	local name
	for name in $(settings_sorted); do
		[[ $name == @(HOTEL_HTTP_PORT|HOTEL_PORT|HOTEL_METRICS_PORT|HOTEL_AMQP_*|HOTEL_DB_*|HOTEL_OIDC_*|HOTEL_SMTP_*) ]] || printf '%s=%s\n' "$name" "${SETTING[$name]}"
	done
	printf 'HOTEL_DB_SOCKET=%s\n' "$STATE/run/mariadb.sock"
	broker_environment check
}

# The environment of tools that read everything: check and trace.
check_environment() {
	tools_environment
	printf 'HOTEL_DB_USER=hotel_check\nHOTEL_DB_PASSWORD_FILE=%s\n' "$STATE/secrets/db-check"
}

# schema_environment CONTEXT: of a tool that swaps tables of a context. The user of the context may not do
# that, so it logs in as the administrator, like migrations. It calls other services at the internal
# listener.
schema_environment() {
	tools_environment
	printf 'HOTEL_INTERNAL_SOCKET=%s\n' "$STATE/run/internal.sock"
	printf 'HOTEL_SERVICE_KEY_FILE=%s\n' "$STATE/secrets/key-operator"
	! service_token_is_old || printf 'HOTEL_SERVICE_TOKEN_FILE=%s\n' "$STATE/secrets/service-token"
	printf 'HOTEL_DB_USER=%s\nHOTEL_DB_NAME=hotel_%s\n' "$(id -un)" "$1"
	printf 'HOTEL_DB_PASSWORD_FILE=%s\n' "$STATE/secrets/db-root"
}

# broker_environment NAME: the login of the broker user hotel_NAME.
broker_environment() {
	printf 'HOTEL_AMQP_HOST=127.0.0.1\nHOTEL_AMQP_PORT=%s\n' "$(port_of amqp)"
	printf 'HOTEL_AMQP_USER=hotel_%s\n' "$1"
	printf 'HOTEL_AMQP_PASSWORD_FILE=%s\n' "$STATE/secrets/amqp-$1"
}

# setting_seconds NAME DEFAULT_MS: a setting in milliseconds as seconds, rounded up.
setting_seconds() {
	printf '%d' $(((${SETTING[$1]:-$2} + 999) / 1000))
}

# The issuer of access tokens: the address of this system.
issuer() {
	printf '%s' "${SETTING[HOTEL_URL]:-$(url)}"
}

# Where this machine reaches it; HOTEL_URL is where others do.
url() {
	local host=${SETTING[HOTEL_LISTEN]} scheme=http
	[[ -z ${SETTING[HOTEL_TLS_CERT]:-} ]] || scheme=https
	case $host in
	0.0.0.0 | localhost) host=127.0.0.1 ;;
	*:*) host="[$host]" ;;
	esac
	printf '%s://%s:%s' "$scheme" "$host" "${SETTING[HOTEL_PORT]}"
}

# The names under which clients may address it (nginx's server_name); any other Host is refused.
host_names() {
	local host=${SETTING[HOTEL_LISTEN]:-127.0.0.1}
	[[ $host != *:* ]] || host="[$host]"
	printf '%s\n' localhost 127.0.0.1 '[::1]' "$host" "$(edge_url_host)" "$@" | awk 'NF && !known[$0]++' | paste -s -d ' '
}
