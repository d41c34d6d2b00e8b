# test - build and run the tests: all of them, or those with one label
#
# Usage: ./hotel test [LABEL]
#
# LABEL is one of unit, contract, integration, http, e2e, browser, compose, monitoring, arch. Installs
# what tests need besides, builds and runs ctest. Without a label everything runs: the tests on a gcc
# build, what is looked at from outside being what ./hotel up runs; a clang build for its warnings;
# unit to integration and the stories (e2e) under the address and undefined behaviour sanitizers; and
# what works with threads under the thread sanitizer. Servers that tests need are private and are
# stopped afterwards; a running instance is not disturbed.
#
# Examples:
#   ./hotel test
#   ./hotel test unit
#
# Exit codes: 0 all passed; 1 a build or a test failed; 2 there is no such label; 77 packages are
# missing and root is needed.

# shellcheck shell=bash

readonly LABELS=(unit contract integration http e2e browser compose monitoring arch)
readonly SANITIZED='^(unit|contract|integration|e2e)$' THREADED='^(unit|contract|integration)$'

command_main() {
	local name lists
	(($# < 2)) || usage_error "test takes one label"
	(($# == 0)) || contains "$1" "${LABELS[@]}" ||
		usage_error "there is no label \"$1\"; there are: ${LABELS[*]}"
	# Tests make instances of their own; nothing of this one is meant for them.
	for name in $(compgen -e HOTEL_) $(compgen -e MYHOTEL_); do
		unset "$name"
	done
	mapfile -t lists < <(tests_packages "$@")
	packages_ensure "${lists[@]}"
	localhost_resolves ||
		fail "localhost is not a name of this machine, and a browser's driver needs it; to mend it:" \
			"    echo '127.0.0.1 localhost' >>/etc/hosts"
	# Everything that tests start inherits this, to be found again whatever becomes of them.
	export MYHOTEL_TEST=$$-$EPOCHSECONDS
	trap 'tests_end_leftovers' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	SUMMARIES=()
	TESTS_FAILED=0
	build_preset release
	build_preset dev
	if (($# == 1)); then
		tests_run dev "^$1\$"
	else
		build_preset clang
		# A story is told once, to the build that listens hardest.
		tests_run dev '.*' --exclude-regex '^e2e$'
		build_preset asan
		tests_run_sanitized asan "$SANITIZED"
		build_preset tsan
		tests_run_sanitized tsan "$THREADED"
	fi
	tests_summary
}

# The lists of packages for one label, or all; a container engine only for who asks for it.
tests_packages() {
	printf '%s\n' build run demo test
	[[ ${1:-compose} != compose ]] || printf 'compose\n'
}

# Runs ctest in one build, with its options after the labels; a failure is remembered, so that the
# others are seen as well.
tests_run() {
	local preset=$1 labels=$2 log=$ROOT/build/$1-test.log
	shift 2
	echo
	step test "$preset, labels $labels"
	if ! ctest --test-dir "$ROOT/build/$preset" --label-regex "$labels" "$@" \
		--parallel "$(nproc)" --output-on-failure --no-tests=error 2>&1 | tee "$log"; then
		TESTS_FAILED=1
	fi
	SUMMARIES+=("$preset")
}

# The same on a build with a sanitizer, whose programs are also those of the systems that tests
# start. What a program of such a system reports would be seen by nobody, so it goes to files.
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
		warn "a program was found faulty: $report"
		head -n 30 -- "$report" >&2
	done
}

# A test that was ended by its time limit or by ^C leaves its servers, and itself perhaps. They are
# of no use to anybody: killed, and systems of ./hotel are removed with their folders.
tests_end_leftovers() {
	local pids states state
	pids=$(tests_left)
	[[ -n $pids ]] || return 0
	states=$(tests_left_states)
	warn "tests left processes, which are ended now: $(paste -sd' ' <<<"$pids")"
	xargs kill -KILL <<<"$pids" 2>/dev/null || true
	for state in $states; do
		HOTEL_STATE=$state "$ROOT/hotel" reset --yes >/dev/null || warn "$state could not be removed"
	done
}

# The processes that tests started and that are still there.
tests_left() {
	local pid found
	found=$(grep -lzxF -- "MYHOTEL_TEST=$MYHOTEL_TEST" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3) || true
	for pid in $found; do
		# Those that looked are among them, and gone.
		[[ ! -e /proc/$pid ]] || printf '%s\n' "$pid"
	done
}

tests_left_states() {
	local pid
	for pid in $(tests_left); do
		tr '\0' '\n' <"/proc/$pid/environ" | sed -n 's/^MYHOTEL_STATE=//p'
	done 2>/dev/null | sort -u
}

# ctest's own last words about each run, after pytest's about each story that failed.
tests_summary() {
	local preset
	for preset in "${SUMMARIES[@]}"; do
		printf '\n%s:\n' "$preset"
		sed -nE '/^(FAILED|ERROR) [^ ]*\.py::/p; /tests passed/,$p' "$ROOT/build/$preset-test.log"
	done
	((TESTS_FAILED == 0)) || exit "$EXIT_FAILED"
}
