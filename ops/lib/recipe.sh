# recipe - what each program is started with: its environment, and which build of it.
# shellcheck shell=bash
#
# The recipe of a program, env/NAME, is its settings and the path of its executable; that of nginx
# the path alone. The executable is a copy in a folder named by what is in it, so that neither a
# build nor a change of the sources decides what a process becomes that is started again. What is
# wanted and differs waits as env/NAME.next until it has been tried; env/NAME.before is what to go
# back to meanwhile.

readonly TRY_END_S=30 # for its last request or event

recipes_render() {
	local program copy
	for program in "${PROGRAMS[@]}"; do
		copy=$(program_copy "$program")
		{
			program_environment "$program"
			printf 'MYHOTEL_PROGRAM=%s\n' "$copy"
		} | recipe_want "$program"
	done
}

# Starts who watches all of them, anew when it is to be another.
watch_ensure() {
	local copy
	copy=$(program_copy hotel-watch)
	printf 'HOTEL_LIVE_S=%s\nMYHOTEL_PROGRAM=%s\n' "${SETTING[HOTEL_LIVE_S]:-15}" "$copy" | recipe_want watch
	processes_look
	! name_outdated watch || processes_stop watch
	processes_look
	name_start watch
}

# Takes a recipe from standard input; there is nothing to do when it is the one in force.
recipe_want() {
	local recipe=$STATE/env/$1
	state_write "$recipe.next"
	! cmp -s -- "$recipe.next" "$recipe" || rm -f -- "$recipe.next"
}

recipe_want_the_same() {
	[[ -e $STATE/env/$1.next ]] || cp -- "$STATE/env/$1" "$STATE/env/$1.next"
}

# The executable that a recipe names.
recipe_program() {
	sed -n 's/^MYHOTEL_PROGRAM=//p' "$STATE/env/$1"
}

# The path of the copy of a program as it is built now.
program_copy() {
	local new=$STATE/release/$1.new path
	cp -L -- "$BUILD/bin/$1" "$new" || fail "$BUILD/bin/$1 cannot be copied"
	path=$STATE/release/$(sha256sum <"$new" | cut -c1-16)
	if [[ -x $path/$1 ]]; then
		rm -f -- "$new"
	else
		(umask 077 && mkdir -p -- "$path")
		mv -- "$new" "$path/$1"
	fi
	printf '%s/%s' "$path" "$1"
}

# Removes the copies that no recipe names.
recipes_prune() {
	local path
	rm -f -- "$STATE"/env/*.before
	for path in "$STATE"/release/*; do
		grep -qsF -- "$path/" "$STATE"/env/* || rm -rf -- "$path"
	done
}

# From here on the processes of a program are started as it is wanted.
recipe_take() {
	local recipe=$STATE/env/$1
	[[ -e $recipe.next ]] || return 0
	[[ ! -e $recipe ]] || cp -- "$recipe" "$recipe.before"
	mv -f -- "$recipe.next" "$recipe"
}

# Back to what was before; what was wanted stays wanted.
recipe_give_back() {
	local recipe=$STATE/env/$1
	[[ -e $recipe.before ]] || return 0
	mv -f -- "$recipe" "$recipe.next"
	mv -f -- "$recipe.before" "$recipe"
}

# A process as it is wanted, beside those that work: it gets no requests, is awaited and ended again.
# A worker does work meanwhile: it is one more of its kind. It ends with us, whatever ends us.
recipe_try() {
	local life name=$1 why end=$((SECONDS + ${SETTING[HOTEL_READY_S]:-30}))
	recipe_want_the_same "$name"
	: >"$STATE/log/$name.next.log"
	MYHOTEL_STATE=$STATE setpriv --pdeathsig KILL "$ROOT/ops/run/program" "$name" try </dev/null 9>&- &
	life_note $! && life=$LIFE || life=
	why=$(recipe_await "$name-try" "$life" "$end")
	recipe_try_end $! "$life"
	[[ -n $why ]] || return 0
	warn "$name is left as it is, and serves: as it is wanted now it $why." \
		"The end of $STATE/log/$name.next.log:"
	tail_of "$STATE/log/$name.next.log"
	return 1
}

# Says what is wrong with it; nothing when it has become ready in time.
recipe_await() {
	until admin_ready "$1"; do
		if ! lives "$2"; then
			printf 'ends right after its start'
			return
		elif ((SECONDS >= $3)); then
			printf 'is not ready after %s s' "${SETTING[HOTEL_READY_S]:-30}"
			return
		fi
		sleep 0.1
	done
}

recipe_try_end() {
	local end=$((SECONDS + TRY_END_S))
	! lives "$2" || kill -TERM "$1" 2>/dev/null || true
	while lives "$2" && ((SECONDS < end)); do
		sleep 0.05
	done
	! lives "$2" || kill -KILL "$1" 2>/dev/null || true
	wait "$1" 2>/dev/null || true
}
