# SPDX-License-Identifier: MIT
# nginx - the web server of this instance: configuration, readiness, and replacement without downtime.
# shellcheck shell=bash

# Its start specification names a folder with its executable and its whole configuration.
nginx_configure() {
	local new=$STATE/release/nginx.new path
	rm -rf -- "$new"
	(umask 077 && mkdir -p -- "$new")
	nginx_configuration >"$new/nginx.conf"
	nginx_edge "$new"
	render "$ROOT/nginx/metrics.conf.in" STATE "$STATE" PORT "${SETTING[HOTEL_METRICS_PORT]}" >"$new/metrics.conf"
	cp -- "$ROOT/nginx/"*.conf "$new"
	cp -L -- "$(command -v nginx)" "$new/nginx"
	[[ -z $(edge_stream_module) ]] || cp -L -- "$NGINX_MODULES/ngx_stream_module.so" "$new"
	path=$STATE/release/$(cat -- "$new"/* | sha256sum | cut -c1-16)
	if [[ -d $path ]]; then
		rm -rf -- "$new"
	else
		render "$new/nginx.conf" STREAM "$(edge_stream_module "$path")" >"$new/nginx.conf.new"
		mv -f -- "$new/nginx.conf.new" "$new/nginx.conf"
		mv -T -- "$new" "$path"
	fi
	printf 'MYHOTEL_PROGRAM=%s/nginx\n' "$path" | spec_stage nginx
	metrics_targets | state_write "$STATE/nginx/targets.json"
	pages_render
	documents_render
}

# @STREAM@ stays: it is the path of the folder, which is not known yet.
nginx_configuration() {
	local user='' metrics='' read_s
	read_s=$(($(setting_seconds HOTEL_REQUEST_TIMEOUT_MS 10000) + 2))
	((EUID == 0)) && user='user root;'
	((SETTING[HOTEL_METRICS_PORT] == 0)) || metrics='include metrics.conf;'
	render "$ROOT/nginx/nginx.conf.in" STATE "$STATE" USER "$user" METRICS "$metrics" \
		READ_TIMEOUT "${read_s}s" SHUTDOWN_TIMEOUT "$((read_s + SHUTDOWN_MORE_S))s"
}

# nginx_edge FOLDER: the files for the public listener.
nginx_edge() {
	local host=${SETTING[HOTEL_LISTEN]}
	[[ $host == localhost ]] && host=127.0.0.1
	[[ $host == *:* ]] && host="[$host]"
	edge_configure "$1" "${SETTING[HOTEL_NEAR]-$NEAR_STANDARD}" RUN "$STATE/run" \
		LOG "$STATE/log/nginx.log" LISTEN "$host:${SETTING[HOTEL_PORT]}" \
		NAMES "$(host_names)" ROOT "$ROOT" KEYS "$STATE/keys" ISSUER "$(issuer)" PROGRAMS '' \
		PAGES "$STATE/nginx/html" MADE "$STATE/nginx/documents"
}

# In the format of Prometheus' http_sd.
metrics_targets() {
	local program process separator='['
	for program in "${PROGRAMS[@]}" nginx; do
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

# Whether this socket inode belongs to our own nginx.
nginx_has_socket() {
	local pid
	for pid in $(nginx_processes); do
		process_is_our_nginx "$pid" || continue
		find "/proc/$pid/fd" -lname "socket:\\[$1\\]" 2>/dev/null | grep -q . && return 0
	done
	return 1
}

# Any response at both listeners counts: its status depends on the programs.
nginx_ready() {
	# shellcheck disable=SC2046 # a list of options
	curl -s -o /dev/null -m 3 --unix-socket "$STATE/run/internal.sock" http://hotel/ &&
		curl -s -o /dev/null -m 3 --noproxy '*' $(edge_curl_options) "$(url)/"
}

# The process number of our nginx master; nothing if there is none.
nginx_master() {
	local pid
	pid=$(cat "$STATE/run/nginx.pid" 2>/dev/null) || return 0
	! process_is_our_nginx "$pid" || printf '%s' "$pid"
}

# A new nginx takes over the sockets of the old one, which finishes its requests and ends. No
# connection is refused. If the new one does not start or answer, the old one keeps serving.
nginx_replace() {
	local old
	nginx_validate
	old=$(nginx_master)
	spec_activate nginx
	nginx_link
	if nginx_hand_over "$old"; then
		kill -QUIT "$old"
		start_checksum nginx >"$STATE/run/started/nginx"
		return
	fi
	spec_roll_back nginx
	nginx_link
	nginx_take_back "$old"
	warn "the new nginx did not answer within ${SETTING[HOTEL_READY_S]:-30} s; the old one keeps serving." \
		"The end of $STATE/log/nginx.log:"
	tail_of "$STATE/log/nginx.log"
	exit "$EXIT_FAILED"
}

# Tests the staged configuration with `nginx -t`.
nginx_validate() {
	local faults program
	spec_stage_current nginx
	program=$(spec_executable nginx.next)
	if ! faults=$("$program" -t -q -p "$STATE/nginx/" -c "${program%/*}/nginx.conf" \
		-e "$STATE/log/nginx.log" 2>&1); then
		warn "nginx was not changed and keeps serving; the new configuration is invalid:"
		printf '%s\n' "$faults" | sed 's/^/    /' >&2
		exit "$EXIT_FAILED"
	fi
}

# nginx starts its successor with its own command line, so that refers to a link.
nginx_link() {
	local program
	program=$(spec_executable nginx)
	ln -sfn -- "${program%/*}" "$STATE/nginx/now.new"
	mv -fT -- "$STATE/nginx/now.new" "$STATE/nginx/now"
}

# nginx_hand_over OLD: starts a new nginx (USR2), has the old one stop accepting (WINCH), and waits until
# the new one answers. Fails after HOTEL_READY_S seconds.
nginx_hand_over() {
	local end=$((SECONDS + ${SETTING[HOTEL_READY_S]:-30}))
	kill -USR2 "$1"
	until nginx_has_other "$1"; do
		((SECONDS < end)) || return
		sleep 0.05
	done
	kill -WINCH "$1"
	until nginx_ready; do
		((SECONDS < end)) || return
		sleep 0.05
	done
}

# Whether there is another master with workers.
nginx_has_other() {
	local new
	new=$(nginx_master)
	[[ -n $new && $new != "$1" && -n $(nginx_children "$new") ]]
}

nginx_children() {
	cat "/proc/$1/task/$1/children" 2>/dev/null || true
}

# nginx_take_back OLD: the old one accepts again (HUP), and the new one ends or is killed.
nginx_take_back() {
	local identity new end=$((SECONDS + ${SETTING[HOTEL_READY_S]:-30}))
	kill -HUP "$1"
	new=$(nginx_master)
	[[ -n $new && $new != "$1" ]] && identity_read "$new" && identity=$IDENTITY || return 0
	kill -QUIT "$new"
	while identity_is_alive "$identity"; do
		if ((SECONDS >= end)); then
			# shellcheck disable=SC2046 # a list of numbers
			kill -KILL "$new" $(nginx_children "$new") 2>/dev/null || true
		fi
		sleep 0.05
	done
}
