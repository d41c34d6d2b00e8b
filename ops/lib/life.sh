# life - a process told from others that had its number before or get it later: a busy machine gives a
# number again within minutes. No process is started for a look, as some look many times a second.
# shellcheck shell=bash

# life_note PID: LIFE names this process, by its number and the tick of the clock at which it began (proc(5),
# stat); fails if there is no such process. One that has ended and that nobody has taken note of is none.
life_note() {
	local stat fields
	LIFE=
	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || return
	read -ra fields <<<"${stat##*) }"
	[[ ${fields[0]} != [ZX] ]] || return
	LIFE=$1:${fields[19]}
}

# lives LIFE: is it still there? Nobody ("") is not.
lives() {
	local LIFE
	[[ -n $1 ]] && life_note "${1%:*}" && [[ $LIFE == "$1" ]]
}
