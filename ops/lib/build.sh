# SPDX-License-Identifier: MIT
# build - builds the programs with a preset of CMakePresets.json.
# shellcheck shell=bash
#
# MYHOTEL_BUILD selects another existing build folder, for example one with sanitizers; the instance
# remembers it.

build_locate() {
	local kept=
	[[ -f $STATE/build ]] && kept=$(<"$STATE/build")
	BUILD=${MYHOTEL_BUILD:-${kept:-$ROOT/build/release}}
	BUILD=$(realpath -ms -- "$BUILD")
	[[ -z ${MYHOTEL_BUILD:-} || $BUILD == "$kept" ]] || printf '%s\n' "$BUILD" | state_write "$STATE/build"
}

build_release() {
	build_locate
	if [[ $BUILD != "$ROOT/build/release" ]]; then
		[[ -x $BUILD/bin/fcgi-book ]] || fail "there are no programs in $BUILD/bin; build them with: cmake --build $BUILD"
		step build "using $BUILD"
		return
	fi
	build_preset release
}

# Configures and builds one preset. A lock serializes instances that share the checkout.
build_preset() {
	local preset=$1 log=$ROOT/build/$1.log before=$SECONDS
	mkdir -p "$ROOT/build"
	exec 8>>"$ROOT/build/.$preset.lock"
	flock 8
	BUILDING=$preset
	if progress_during build build_tells build_logged "$preset"; then
		exec 8>&-
		step build "$preset, $(build_summary "$log" $((SECONDS - before)))"
		return
	fi
	warn "the $preset build failed; the end of $log:"
	tail_of "$log" 20
	exit "$EXIT_FAILED"
}

# The words of progress while BUILDING is built.
build_tells() {
	printf '%s, %s' "$BUILDING" "$(progress_of_build "$ROOT/build/$BUILDING.log")"
}

build_logged() {
	build_steps "$1" 8>&- 9>&- >"$ROOT/build/$1.log" 2>&1
}

build_steps() (
	umask 022
	cd "$ROOT" || exit
	[[ -f build/$1/build.ninja ]] || cmake --preset "$1"
	cmake --build --preset "$1"
)

build_summary() {
	if grep -q 'no work to do' "$1"; then
		printf 'up to date'
	else
		printf 'built in %d s' "$2"
	fi
}
