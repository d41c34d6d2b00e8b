# SPDX-License-Identifier: MIT
# test - build and run the tests: all of them, or those with one label
#
# Usage: ./hotel test [LABEL]
#        ./hotel test fuzz [SECONDS]
#        ./hotel test mutants [NAME...]
#        ./hotel test faults [SECONDS] [SEED]
#
# LABEL is one of unit, contract, integration, fuzz, http, e2e, browser, compose, monitoring, arch. The
# command installs the packages that tests need, builds, and runs ctest. Without a label everything
# runs: all but the scenarios (e2e) on a gcc build, where http, browser and monitoring start what
# ./hotel up runs; a clang build for its warnings; unit, contract, integration and the scenarios under
# the address and undefined behaviour sanitizers; unit, contract and integration under the thread
# sanitizer. Scenarios of ./hotel itself run without sanitizers. Servers that tests need are private and
# are stopped afterwards; a running instance is not disturbed. At the end a table shows for
# each build and label how many tests passed and how long they took.
#
# fuzz SECONDS gives each fuzzer so many seconds and another seed each time; without a number it tries
# a fixed set of inputs. mutants plants faults in a copy of the sources, one after the other, and shows
# which tests catch them: all of them, or those whose names contain a NAME. faults lets clients book,
# pay and cancel for SECONDS (300) while parts are killed, frozen and stopped, and then compares what the
# clients were told with the databases; SEED repeats what they do. A run without a label leaves out mutants,
# which takes about an hour, and faults.
#
# Examples:
#   ./hotel test
#   ./hotel test unit
#   ./hotel test fuzz 600
#   ./hotel test mutants "a hold"
#   ./hotel test faults 600 4711
#
# Exit codes: 0 all passed; 1 a build or a test failed; 2 unknown label; 77 packages are missing and
# root is needed.

# shellcheck shell=bash

readonly LABELS=(unit contract integration fuzz http e2e browser compose monitoring arch)
readonly SANITIZED='^(unit|contract|integration|e2e)$' THREADED='^(unit|contract|integration)$'

command_main() {
	local name lists
	# Tests make instances of their own; settings of this one are not for them.
	for name in $(compgen -e HOTEL_) $(compgen -e MYHOTEL_); do
		unset "$name"
	done
	mapfile -t lists < <(tests_packages "$@")
	packages_ensure "${lists[@]}"
	localhost_resolves ||
		fail "localhost is not a name of this machine, and a browser's driver needs it; to repair it:" \
			"    echo '127.0.0.1 localhost' >>/etc/hosts"
	# All processes that tests start inherit this mark, by which those that are left are found.
	export MYHOTEL_TEST=$$-$EPOCHSECONDS
	trap 'tests_end_leftovers' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	TESTED=()
	TESTS_FAILED=0
	case ${1:-} in
	mutants) tests_tool mutants "${@:2}" ;;
	faults)
		build_preset release
		tests_tool faults "${@:2}"
		;;
	fuzz)
		export FUZZ_SECONDS=${2:-}
		build_preset fuzz
		tests_run fuzz '^fuzz$'
		tests_summary
		;;
	*)
		build_preset release
		build_preset dev
		if (($# == 1)); then
			tests_run dev "^$1\$"
		else
			tests_run_all
		fi
		tests_summary
		;;
	esac
}

# tests_tool FOLDER [ARGUMENT...]
tests_tool() {
	/usr/bin/python3 -B "$ROOT/tests/$1/run.py" "${@:2}" || exit "$EXIT_FAILED"
}

# Much of a test is waiting, so what needs the processor runs beside it: the other builds beside the
# first tests, and the thread sanitizer's tests beside the scenarios.
tests_run_all() {
	local threads
	tests_build_beside clang fuzz asan tsan
	# The scenarios run once, on the build that finds most.
	tests_run dev '.*' --exclude-regex '^e2e$'
	tests_await_builds
	tests_run fuzz '^fuzz$'
	tests_run_sanitized tsan "$THREADED" --parallel 1 >"$ROOT/build/tsan-beside.log" 2>&1 &
	threads=$!
	tests_run_sanitized asan "$SANITIZED"
	wait "$threads" || TESTS_FAILED=1
	cat -- "$ROOT/build/tsan-beside.log"
	TESTED+=(tsan)
}

# Builds these presets one after the other at the lowest priority.
tests_build_beside() {
	(
		renice -n 19 "$BASHPID" >/dev/null
		for preset in "$@"; do
			build_preset "$preset"
		done
	) >"$ROOT/build/beside.log" 2>&1 &
	BUILDS=$!
}

tests_await_builds() {
	local failed=no
	wait "$BUILDS" || failed=yes
	echo
	cat -- "$ROOT/build/beside.log"
	[[ $failed == no ]] || exit "$EXIT_FAILED"
}

# The lists of packages for one label, or all; a container engine only if compose is among the labels.
tests_packages() {
	printf '%s\n' build run demo test
	[[ ${1:-compose} != compose ]] || printf 'compose\n'
}

# Runs ctest in one build, with its options after the labels. A failure is remembered and the other
# tests go on.
tests_run() {
	local preset=$1 labels=$2 log=$ROOT/build/$1-test.log
	shift 2
	echo
	step test "$preset, labels $labels"
	if ! ctest --test-dir "$ROOT/build/$preset" --label-regex "$labels" --parallel "$(nproc)" "$@" \
		--output-on-failure --no-tests=error 2>&1 | tee "$log"; then
		TESTS_FAILED=1
	fi
	TESTED+=("$preset")
}

# The same on a build with a sanitizer, whose programs are also those of the systems that tests start.
# Nobody reads what a program of such a system writes, so reports go to files. Called in a process of
# its own it also ends that with 1 for a failure.
tests_run_sanitized() {
	local reports=$ROOT/build/$1/reports report
	rm -rf -- "$reports"
	mkdir -p -- "$reports"
	export MYHOTEL_BUILD=$ROOT/build/$1
	export ASAN_OPTIONS=log_path=$reports/asan UBSAN_OPTIONS=print_stacktrace=1:log_path=$reports/ubsan
	export TSAN_OPTIONS=log_path=$reports/tsan
	tests_run "$@"
	unset MYHOTEL_BUILD ASAN_OPTIONS UBSAN_OPTIONS TSAN_OPTIONS
	for report in "$reports"/*; do
		[[ -s $report ]] || continue
		TESTS_FAILED=1
		warn "a sanitizer reports: $report"
		head -n 30 -- "$report" >&2
	done
	((BASHPID == $$)) || exit "$TESTS_FAILED"
}

# A test that ended by its time limit or by ^C leaves its servers, and perhaps itself. They are killed,
# and systems of ./hotel are removed with their folders.
tests_end_leftovers() {
	local pids states state
	pids=$(tests_left)
	[[ -n $pids ]] || return 0
	states=$(tests_left_states)
	warn "tests left processes, which are killed now: $(paste -sd' ' <<<"$pids")"
	xargs kill -KILL <<<"$pids" 2>/dev/null || true
	for state in $states; do
		HOTEL_STATE=$state "$ROOT/hotel" reset --yes >/dev/null || warn "$state could not be removed"
	done
}

# The processes that tests started and that still run.
tests_left() {
	local pid found
	found=$(grep -lzxF -- "MYHOTEL_TEST=$MYHOTEL_TEST" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3) || true
	for pid in $found; do
		# The commands of this search are among them, and have ended.
		[[ ! -e /proc/$pid ]] || printf '%s\n' "$pid"
	done
}

tests_left_states() {
	local pid
	for pid in $(tests_left); do
		tr '\0' '\n' <"/proc/$pid/environ" | sed -n 's/^MYHOTEL_STATE=//p'
	done 2>/dev/null | sort -u
}

# The tests that failed, by pytest's lines and by ctest's list, and then the table.
tests_summary() {
	local preset
	for preset in "${TESTED[@]}"; do
		printf '\n%s:\n' "$preset"
		sed -nE '/^(FAILED|ERROR) [^ ]*\.py::/p; /tests passed/,/^$/p; /^The following tests/,$p' \
			"$ROOT/build/$preset-test.log"
	done
	/usr/bin/python3 -B "$ROOT/tests/summary.py" "${TESTED[@]/#/$ROOT/build/}"
	((TESTS_FAILED == 0)) || exit "$EXIT_FAILED"
}
