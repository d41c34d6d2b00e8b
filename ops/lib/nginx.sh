# nginx - this instance's web server: its configuration, readiness, and how a new one takes over.
# shellcheck shell=bash

# Its recipe is a folder with its executable and everything it reads at its start.
nginx_configure() {
	local new=$STATE/release/nginx.new path
	rm -rf -- "$new"
	(umask 077 && mkdir -p -- "$new")
	nginx_configuration >"$new/nginx.conf"
	render "$ROOT/nginx/metrics.conf.in" STATE "$STATE" PORT "${SETTING[HOTEL_METRICS_PORT]}" >"$new/metrics.conf"
	cp -- "$ROOT/nginx/"*.conf "$new"
	cp -L -- "$(command -v nginx)" "$new/nginx"
	path=$STATE/release/$(cat -- "$new"/* | sha256sum | cut -c1-16)
	if [[ -d $path ]]; then
		rm -rf -- "$new"
	else
		mv -T -- "$new" "$path"
	fi
	printf 'MYHOTEL_PROGRAM=%s/nginx\n' "$path" | recipe_want nginx
	metrics_targets | state_write "$STATE/nginx/targets.json"
	pages_render
}

nginx_configuration() {
	local host=${SETTING[HOTEL_LISTEN]} user='' metrics=''
	[[ $host == localhost ]] && host=127.0.0.1
	[[ $host == *:* ]] && host="[$host]"
	((EUID == 0)) && user='user root;'
	((SETTING[HOTEL_METRICS_PORT] == 0)) || metrics='include metrics.conf;'
	render "$ROOT/nginx/nginx.conf.in" STATE "$STATE" ROOT "$ROOT" USER "$user" METRICS "$metrics" \
		LISTEN "$host:${SETTING[HOTEL_PORT]}" \
		DEMO "${SETTING[HOTEL_DEMO]}" TIMEZONE "${SETTING[HOTEL_TIMEZONE]:-Asia/Seoul}" \
		READ_TIMEOUT "$(($(setting_seconds HOTEL_REQUEST_TIMEOUT_MS 10000) + 2))s"
}

# In the form of Prometheus' http_sd.
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

# The process that reads the configuration and holds the sockets; nothing if there is none.
nginx_master() {
	local pid
	pid=$(cat "$STATE/run/nginx.pid" 2>/dev/null) || return 0
	! process_is_our_nginx "$pid" || printf '%s' "$pid"
}

# A new nginx takes the sockets over from the old one, which ends when all it began is answered. No
# connection is refused. If the new one does not come up or does not answer, the old one goes on.
nginx_replace() {
	local old
	nginx_try
	old=$(nginx_master)
	recipe_take nginx
	nginx_point
	if nginx_succeed "$old"; then
		kill -QUIT "$old"
		fingerprint_of nginx >"$STATE/run/started/nginx"
		return
	fi
	recipe_give_back nginx
	nginx_point
	nginx_return "$old"
	warn "the new nginx did not answer within ${SETTING[HOTEL_READY_S]:-30} s; the old one serves." \
		"The end of $STATE/log/nginx.log:"
	tail_of "$STATE/log/nginx.log"
	exit "$EXIT_FAILED"
}

# What is wanted has to make sense to it.
nginx_try() {
	local faults program
	recipe_want_the_same nginx
	program=$(recipe_program nginx.next)
	if ! faults=$("$program" -t -q -p "$STATE/nginx/" -c "${program%/*}/nginx.conf" \
		-e "$STATE/log/nginx.log" 2>&1); then
		warn "nginx is left as it is, and serves; the new configuration is not valid:"
		printf '%s\n' "$faults" | sed 's/^/    /' >&2
		exit "$EXIT_FAILED"
	fi
}

# nginx starts its successor by the words it was started with itself, so they name a link.
nginx_point() {
	local program
	program=$(recipe_program nginx)
	ln -sfn -- "${program%/*}" "$STATE/nginx/now.new"
	mv -fT -- "$STATE/nginx/now.new" "$STATE/nginx/now"
}

# nginx_succeed OLD: the new one is there, and once the old one takes no more requests, it answers.
nginx_succeed() {
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

# Is there a master besides this one, with workers?
nginx_has_other() {
	local new
	new=$(nginx_master)
	[[ -n $new && $new != "$1" && -n $(nginx_children "$new") ]]
}

nginx_children() {
	cat "/proc/$1/task/$1/children" 2>/dev/null || true
}

# nginx_return OLD: it takes requests again, and the new one goes, or is made to.
nginx_return() {
	local life new end=$((SECONDS + ${SETTING[HOTEL_READY_S]:-30}))
	kill -HUP "$1"
	new=$(nginx_master)
	[[ -n $new && $new != "$1" ]] && life_note "$new" && life=$LIFE || return 0
	kill -QUIT "$new"
	while lives "$life"; do
		if ((SECONDS >= end)); then
			# shellcheck disable=SC2046 # a list of numbers
			kill -KILL "$new" $(nginx_children "$new") 2>/dev/null || true
		fi
		sleep 0.05
	done
}
