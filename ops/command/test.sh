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
# sanitizer. Tests and scenarios of ./hotel itself run without sanitizers. Servers that tests need are private and
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
readonly SANITIZED='^(unit|contract|integration)$' BUILDS_FAILED=3

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
	TESTS_FAILED=0
	rm -f -- "$ROOT"/build/*-test.log "$ROOT"/build/*/every-test.log
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

# Much of a test is waiting, above all those of browser and containers, so what needs the processor runs beside
# them: the other builds, and the tests without systems on those with sanitizers. The scenarios run once and
# last, on the build that finds most.
tests_run_all() {
	local says=$ROOT/build/beside.says said
	rm -f -- "$says"
	mkfifo -- "$says"
	tests_beside 3>"$says" >"$ROOT/build/beside.log" 2>&1 &
	BESIDE=$!
	exec 4<"$says"
	tests_run dev '.*' --exclude-regex '^e2e(-liars)?$' 4<&-
	# One ctest at a time in one build.
	if read -r said <&4 && [[ $said == asan ]]; then
		tests_run_sanitized asan '^e2e$' 4<&-
	fi
	tests_await_beside
}

# Says "asan" when the tests on that build are over.
tests_beside() {
	tests_build asan
	tests_run_sanitized asan "$SANITIZED" --parallel 1 3>&-
	echo asan >&3
	tests_build tsan
	tests_run_sanitized tsan "$SANITIZED" --parallel 1 3>&-
	tests_build fuzz
	tests_run fuzz '^fuzz$' 3>&-
	tests_build clang
	exit "$TESTS_FAILED"
}

# Builds a preset at the lowest priority.
tests_build() {
	(
		renice -n 19 "$BASHPID" >/dev/null
		build_preset "$1"
	) 3>&- &
	wait $! || exit "$BUILDS_FAILED"
}

tests_await_beside() {
	local code=0
	wait "$BESIDE" || code=$?
	BESIDE=
	echo
	cat -- "$ROOT/build/beside.log"
	((code != BUILDS_FAILED)) || warn "a build failed, so its tests did not run"
	((code == 0)) || TESTS_FAILED=1
}

# The lists of packages for one label, or all; a container engine only if compose is among the labels.
tests_packages() {
	printf '%s\n' build run demo test
	[[ ${1:-compose} != compose ]] || printf 'compose\n'
}

# Runs ctest in one build, with its options after the labels. A failure is remembered and the other
# tests go on. What every run of a build said is kept, since ctest keeps the last only.
tests_run() {
	local preset=$1 labels=$2 log=$ROOT/build/$1-test.log
	shift 2
	echo
	step test "$preset, labels $labels"
	if ! ctest --test-dir "$ROOT/build/$preset" --label-regex "$labels" --parallel "$(nproc)" "$@" \
		--output-on-failure --no-tests=error 2>&1 | tee -a "$log"; then
		TESTS_FAILED=1
	fi
	cat -- "$ROOT/build/$preset/Testing/Temporary/LastTest.log" >>"$ROOT/build/$preset/every-test.log" || TESTS_FAILED=1
}

# The same on a build with a sanitizer, whose programs are also those of the systems that tests start.
# Nobody reads what a program of such a system writes, so reports go to files.
tests_run_sanitized() {
	local reports=$ROOT/build/$1/reports/${2//[^a-z0-9]/} report
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
}

# A test that ended by its time limit or by ^C leaves its servers, and perhaps itself. They are killed,
# and systems of ./hotel are removed with their folders.
tests_end_leftovers() {
	local pids states state
	[[ -z ${BESIDE:-} ]] || kill "$BESIDE" 2>/dev/null || true
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
	local preset tested=()
	for preset in dev fuzz tsan asan; do
		[[ -e $ROOT/build/$preset/every-test.log ]] || continue
		tested+=("$ROOT/build/$preset")
		printf '\n%s:\n' "$preset"
		sed -nE '/^(FAILED|ERROR) [^ ]*\.py::/p; /tests passed/,/^$/p; /^The following tests/,/^Errors while/p' \
			"$ROOT/build/$preset-test.log"
	done
	/usr/bin/python3 -B "$ROOT/tests/summary.py" "${tested[@]}"
	((TESTS_FAILED == 0)) || exit "$EXIT_FAILED"
}
