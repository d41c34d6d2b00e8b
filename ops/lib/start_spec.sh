# SPDX-License-Identifier: MIT
# start_spec - start specifications: the environment and the executable of each program.
# shellcheck shell=bash
#
# The start specification of a program, env/NAME, has its settings and the path of its executable; that
# of nginx has the path only. The executable is a copy in a folder named by its checksum, so a build or
# a change of the sources does not affect what a restarted process runs. A new specification that
# differs is staged as env/NAME.next until it has been tried; env/NAME.before is the previous one, to
# roll back to.

readonly TRIAL_STOP_S=30 # to finish its last request or event

specs_stage() {
	local program copy
	for program in "${PROGRAMS[@]}"; do
		copy=$(program_copy "$program")
		{
			program_environment "$program"
			printf 'MYHOTEL_PROGRAM=%s\n' "$copy"
		} | spec_stage "$program"
	done
}

# Starts hotel-watch, which kills processes that do not answer; restarts it when it is outdated.
watch_ensure() {
	local copy
	copy=$(program_copy hotel-watch)
	printf 'HOTEL_LIVE_S=%s\nMYHOTEL_PROGRAM=%s\n' "${SETTING[HOTEL_LIVE_S]:-15}" "$copy" | spec_stage watch
	processes_refresh
	! name_outdated watch || processes_stop watch
	processes_refresh
	name_start watch
}

# spec_stage NAME: stages the specification on standard input, unless it is the active one.
spec_stage() {
	local spec=$STATE/env/$1
	state_write "$spec.next"
	! cmp -s -- "$spec.next" "$spec" || rm -f -- "$spec.next"
}

# Stages the active specification, when none is staged, to try that.
spec_stage_current() {
	[[ -e $STATE/env/$1.next ]] || cp -- "$STATE/env/$1" "$STATE/env/$1.next"
}

# The path of the executable in a specification.
spec_executable() {
	sed -n 's/^MYHOTEL_PROGRAM=//p' "$STATE/env/$1"
}

# Copies a program as it is built now; prints the path of the copy.
program_copy() {
	local new=$STATE/release/$1.new path
	cp -L -- "$BUILD/bin/$1" "$new" || fail "cannot copy $BUILD/bin/$1"
	path=$STATE/release/$(sha256sum <"$new" | cut -c1-16)
	if [[ -x $path/$1 ]]; then
		rm -f -- "$new"
	else
		(umask 077 && mkdir -p -- "$path")
		mv -- "$new" "$path/$1"
	fi
	printf '%s/%s' "$path" "$1"
}

# Removes copies that no specification refers to.
specs_prune() {
	local path
	rm -f -- "$STATE"/env/*.before
	for path in "$STATE"/release/*; do
		grep -qsF -- "$path/" "$STATE"/env/* || rm -rf -- "$path"
	done
}

# From now on the processes of a program start with the staged specification.
spec_activate() {
	local spec=$STATE/env/$1
	[[ -e $spec.next ]] || return 0
	[[ ! -e $spec ]] || cp -- "$spec" "$spec.before"
	mv -f -- "$spec.next" "$spec"
}

# Back to the previous specification; the new one stays staged.
spec_roll_back() {
	local spec=$STATE/env/$1
	[[ -e $spec.before ]] || return 0
	mv -f -- "$spec" "$spec.next"
	mv -f -- "$spec.before" "$spec"
}

# Tries the staged specification: starts one process beside those that serve, waits until it is ready,
# and stops it. A service gets no requests meanwhile; a worker works, as one more of its kind. The
# process is killed if we are. Fails with a message when it does not become ready.
spec_try() {
	local identity pid name=$1 why end=$((SECONDS + ${SETTING[HOTEL_READY_S]:-30}))
	spec_stage_current "$name"
	: >"$STATE/log/$name.next.log"
	MYHOTEL_STATE=$STATE setpriv --pdeathsig KILL "$ROOT/ops/run/program" "$name" try </dev/null 9>&- &
	pid=$!
	identity_read "$pid" && identity=$IDENTITY || identity=
	TRYING=$name
	progress_during try trial_tells trial_await "$name-try" "$identity" "$end" || true
	why=$TRIAL_FAULT
	trial_stop "$pid" "$identity"
	[[ -n $why ]] || return 0
	warn "$name was not changed and serves: a trial process with the new build and settings $why." \
		"The end of $STATE/log/$name.next.log:"
	tail_of "$STATE/log/$name.next.log"
	return 1
}

trial_tells() {
	printf 'waiting for a process of %s with the new build and settings' "$TRYING"
}

# trial_await PROCESS IDENTITY END: sets TRIAL_FAULT to what is wrong; to nothing when it is ready in time.
trial_await() {
	TRIAL_FAULT=
	until admin_ready "$1"; do
		if ! identity_is_alive "$2"; then
			TRIAL_FAULT='ends right after its start'
			return
		elif ((SECONDS >= $3)); then
			TRIAL_FAULT="is not ready after ${SETTING[HOTEL_READY_S]:-30} s"
			return
		fi
		sleep 0.1
	done
}

# trial_stop PID IDENTITY
trial_stop() {
	local end=$((SECONDS + TRIAL_STOP_S))
	! identity_is_alive "$2" || kill -TERM "$1" 2>/dev/null || true
	while identity_is_alive "$2" && ((SECONDS < end)); do
		sleep 0.05
	done
	! identity_is_alive "$2" || kill -KILL "$1" 2>/dev/null || true
	wait "$1" 2>/dev/null || true
}
