# nginx - this instance's web server: its configuration, readiness and reload.
# shellcheck shell=bash

nginx_configure() {
	local host=${SETTING[HOTEL_LISTEN]} user='' metrics=''
	[[ $host == localhost ]] && host=127.0.0.1
	[[ $host == *:* ]] && host="[$host]"
	((EUID == 0)) && user='user root;'
	if ((SETTING[HOTEL_METRICS_PORT] > 0)); then
		metrics="include \"$STATE/nginx/metrics.conf\";"
		metrics_listener_configure
	fi
	render "$ROOT/nginx/nginx.conf.in" STATE "$STATE" ROOT "$ROOT" USER "$user" METRICS "$metrics" \
		LISTEN "$host:${SETTING[HOTEL_PORT]}" \
		DEMO "${SETTING[HOTEL_DEMO]}" TIMEZONE "${SETTING[HOTEL_TIMEZONE]:-Asia/Seoul}" \
		READ_TIMEOUT "$(($(setting_seconds HOTEL_REQUEST_TIMEOUT_MS 10000) + 2))s" |
		state_write "$STATE/nginx/nginx.conf"
	pages_render
}

# The listener for Prometheus, and the list of all processes that it serves there.
metrics_listener_configure() {
	render "$ROOT/nginx/metrics.conf.in" STATE "$STATE" PORT "${SETTING[HOTEL_METRICS_PORT]}" |
		state_write "$STATE/nginx/metrics.conf"
	metrics_targets | state_write "$STATE/nginx/targets.json"
}

# In the form of Prometheus' http_sd.
metrics_targets() {
	local program process separator='['
	for program in "${PROGRAMS[@]}"; do
		for process in $(processes_of "$program"); do
			process=$(process_file "$process")
			printf '%s{"targets": ["127.0.0.1:%s"], "labels": {"__metrics_path__": "/metrics/%s",\n' \
				"$separator" "${SETTING[HOTEL_METRICS_PORT]}" "$process"
			printf '  "instance": "%s", "program": "%s"}}' "$process" "$program"
			separator=$',\n '
		done
	done
	printf ']\n'
}

# Does this socket inode belong to our own nginx?
nginx_holds() {
	local pid
	for pid in $(nginx_processes); do
		process_is_our_nginx "$pid" || continue
		find "/proc/$pid/fd" -lname "socket:\\[$1\\]" 2>/dev/null | grep -q . && return 0
	done
	return 1
}

# Any answer at both listeners will do: what it is decides the programs behind.
nginx_ready() {
	curl -s -o /dev/null -m 3 --unix-socket "$STATE/run/internal.sock" http://hotel/ &&
		curl -s -o /dev/null -m 3 --noproxy '*' "$(url)/"
}

# New workers take over, the old ones finish what they have begun.
nginx_reload() {
	local faults
	if ! faults=$(nginx -t -q -p "$STATE/nginx/" -c "$STATE/nginx/nginx.conf" \
		-e "$STATE/log/nginx.log" 2>&1); then
		warn "nginx keeps its old configuration, the new one is not valid:"
		printf '%s\n' "$faults" | sed 's/^/    /' >&2
		exit "$EXIT_FAILED"
	fi
	nginx_reload_await
	names_await nginx
	fingerprint_of nginx >"$STATE/run/started/nginx"
}

# The signal is asynchronous: it has worked when there are workers that were not there before.
nginx_reload_await() {
	local before end=$((SECONDS + READY_WAIT_S))
	before=$(nginx_workers)
	supervisor_call signalProcess nginx HUP || fail "nginx does not run; see $STATE/log/nginx.log"
	until [[ -n $(comm -13 <(printf '%s\n' "$before") <(nginx_workers)) ]]; do
		((SECONDS < end)) || process_not_ready nginx "does not take its new configuration"
		sleep 0.05
	done
}

nginx_workers() {
	local pid
	for pid in $(nginx_processes); do
		! process_is_our_nginx "$pid" || printf '%s\n' "$pid"
	done | sort
}
