# SPDX-License-Identifier: MIT
# completion - print the completion of ./hotel for bash or zsh
#
# Usage: ./hotel completion SHELL
#
# SHELL is bash or zsh. The script that is printed asks ./hotel itself what may follow, so that it knows
# every command, option and name of the version that is there. Add the line of your shell to ~/.bashrc
# or, below compinit, to ~/.zshrc to have it in every new shell.
#
# Examples:
#   source <(./hotel completion bash)
#   source <(./hotel completion zsh)
#
# Exit codes: 0 printed; 2 unknown shell.

# shellcheck shell=bash

command_main() {
	"completion_$1"
}

# "FILE" among the words stands for the paths there are.
completion_bash() {
	cat <<'END'
# Completion of ./hotel for bash: source <(./hotel completion bash)
_hotel() {
	local words current=${COMP_WORDS[COMP_CWORD]}
	mapfile -t words < <(MYHOTEL_COMPLETE=1 "$1" "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
	mapfile -t COMPREPLY < <(compgen -W "${words[*]}" -- "$current" | grep -vx FILE)
	if [[ " ${words[*]} " == *" FILE "* ]]; then
		mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current")
		compopt -o filenames
	fi
}
complete -F _hotel hotel ./hotel
END
}

completion_zsh() {
	cat <<'END'
# Completion of ./hotel for zsh: source <(./hotel completion zsh)
_hotel() {
	local -a found
	found=("${(@f)$(MYHOTEL_COMPLETE=1 "${words[1]}" "${(@)words[2,CURRENT]}" 2>/dev/null)}")
	(( ${found[(I)FILE]} )) && _files
	compadd -- "${(@)found:#FILE}"
}
compdef _hotel hotel ./hotel
END
}
