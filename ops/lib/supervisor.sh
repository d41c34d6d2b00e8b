# SPDX-License-Identifier: MIT
# supervisor - Debian's supervisord, one for each instance, called by XML-RPC over its unix socket.
# shellcheck shell=bash

readonly SUPERVISOR_START_S=15
# Longer than a program needs to stop: twice the maximum of HOTEL_REQUEST_TIMEOUT_MS.
readonly PROGRAM_STOP_S=245

# The configuration with all processes. Nothing starts automatically: `up` knows the order and the number
# of processes. It contains no settings, because supervisor stops a process whose entry changes.
supervisor_configure() {
	local program root=
	((EUID == 0)) && root='user=root'
	{
		cat <<-END
			[supervisord]
			identifier=myhotel
			pidfile=$STATE/run/supervisor.pid
			logfile=$STATE/log/supervisor.log
			logfile_maxbytes=1MB
			logfile_backups=2
			umask=077
			$root

			[unix_http_server]
			file=$STATE/run/supervisor.sock
			chmod=0700

			[rpcinterface:supervisor]
			supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

			[supervisorctl]
			serverurl=unix://$STATE/run/supervisor.sock
		END
		supervisor_entry program:mariadb mariadb 60
		supervisor_entry program:epmd epmd 5
		supervisor_entry program:rabbitmq rabbitmq 60
		for program in "${SERVICES[@]}"; do
			supervisor_entry "fcgi-program:$program" "program $program %(process_num)d" "$PROGRAM_STOP_S"
			cat <<-END
				socket=unix://$STATE/run/$(context_of "$program").sock
				socket_mode=0700
				socket_backlog=1024
				numprocs=$PROCESSES_MAX
				process_name=%(program_name)s-%(process_num)d
			END
		done
		for program in "${WORKERS[@]}"; do
			supervisor_entry "program:$program" "program $program %(process_num)d" "$PROGRAM_STOP_S"
			printf 'numprocs=%d\nprocess_name=%%(program_name)s-%%(process_num)d\n' "$PROCESSES_MAX"
		done
		supervisor_entry program:nginx nginx 20
		printf 'stopsignal=QUIT\n'
		supervisor_entry program:logs logs 5
		supervisor_entry program:watch watch 5
	} | state_write "$STATE/supervisor.conf"
}

# startsecs=0: supervisor would give up on a process that exits several times within startsecs.
supervisor_entry() {
	local command=$2
	cat <<-END

		[$1]
		command="$STATE/ops/run/${command%% *}"${command#"${command%% *}"}
		autostart=false
		autorestart=true
		startsecs=0
		stopwaitsecs=$3
		stopasgroup=$([[ $2 == logs ]] && echo true || echo false)
		killasgroup=true
		redirect_stderr=true
		stdout_logfile=NONE
	END
}

# The process number in supervisor.pid, if that process belongs to this instance.
supervisor_pid() {
	local pid
	[[ -f $STATE/run/supervisor.pid ]] && pid=$(<"$STATE/run/supervisor.pid") || return 1
	[[ $pid =~ ^[0-9]+$ ]] && process_is_ours "$pid" && printf '%s' "$pid"
}

supervisor_is_running() {
	supervisor_pid >/dev/null
}

# Starts supervisor, or has the running one load a changed configuration. It runs copies of ops/run and
# ops/lib, so that a change of the sources has no effect before the next `up`.
supervisor_ensure() {
	supervisor_configure
	(umask 077 && mkdir -p -- "$STATE/ops" && cp -r --remove-destination -- "$ROOT/ops/run" "$ROOT/ops/lib" "$STATE/ops")
	render "$ROOT/ops/logrotate.conf.in" STATE "$STATE" | state_write "$STATE/logrotate.conf"
	if ! supervisor_is_running; then
		leftovers_end
		supervisor_start
	elif ! cmp -s -- "$STATE/supervisor.conf" "$STATE/run/supervisor.conf"; then
		supervisorctl -c "$STATE/supervisor.conf" update >>"$STATE/log/supervisor.log" 2>&1 9>&- ||
			fail "supervisor did not accept its new configuration; see $STATE/log/supervisor.log"
	fi
	cp -- "$STATE/supervisor.conf" "$STATE/run/supervisor.conf"
	supervisor_call startProcess logs false || true
}

supervisor_start() {
	local end=$((SECONDS + SUPERVISOR_START_S)) name kept=()
	# Options of sanitizers, and the mark by which `./hotel test` finds its systems.
	for name in ASAN_OPTIONS LSAN_OPTIONS TSAN_OPTIONS UBSAN_OPTIONS MYHOTEL_TEST; do
		[[ -z ${!name:-} ]] || kept+=("$name=${!name}")
	done
	rm -rf -- "$STATE/run/starts" "$STATE/run/started"
	mkdir -p -- "$STATE/run/starts" "$STATE/run/started"
	(
		umask 077
		cd -- "$STATE"
		# MYHOTEL_STATE marks all processes of the instance; see processes_ours.
		exec env -i PATH="$PATH" HOME="$STATE" LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 \
			MYHOTEL_STATE="$STATE" "${kept[@]}" /usr/bin/supervisord -c "$STATE/supervisor.conf"
	) </dev/null >>"$STATE/log/supervisor.log" 2>&1 9>&- || {
		warn "supervisor did not start; the end of $STATE/log/supervisor.log:"
		tail_of "$STATE/log/supervisor.log"
		exit "$EXIT_FAILED"
	}
	until supervisor_call getState; do
		((SECONDS < end)) || fail "supervisor does not answer; see $STATE/log/supervisor.log"
		sleep 0.1
	done
}

# supervisor_call METHOD [ARGUMENT...]: sets ANSWER to the response; fails on a fault or without one.
supervisor_call() {
	local method=$1 argument params=
	shift
	for argument in "$@"; do
		case $argument in
		true | false) params+="<param><value><boolean>$([[ $argument == true ]] && echo 1 || echo 0)</boolean></value></param>" ;;
		*) params+="<param><value><string>$argument</string></value></param>" ;;
		esac
	done
	ANSWER=$(curl -s -m 120 --unix-socket "$STATE/run/supervisor.sock" \
		-H 'Content-Type: text/xml' http://supervisor/RPC2 --data-binary \
		"<?xml version='1.0'?><methodCall><methodName>supervisor.$method</methodName><params>$params</params></methodCall>") ||
		return 1
	[[ $ANSWER != *'<fault>'* ]]
}

# "PROCESS STATE PID" of each process, PID 0 if it does not run; no lines if supervisor does not run.
supervisor_processes() {
	supervisor_call getAllProcessInfo || return 0
	awk '
		/<name>/ { gsub(/<\/?name>/, ""); key = $0; next }
		/<value>/ { gsub(/<[^>]*>/, ""); value[key] = $0; next }
		/<\/struct>/ {
			process = value["name"]
			if (value["group"] != process) process = value["group"] ":" process
			print process, value["statename"], value["pid"]
		}
	' <<<"$ANSWER"
}
