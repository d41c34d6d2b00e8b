# SPDX-License-Identifier: MIT
# machine - requirements of this machine besides packages.
# shellcheck shell=bash

localhost_resolves() {
	getent ahostsv4 localhost | grep -q '^127\.'
}

# memory_mb [PROC CGROUPS]: the memory that this process may use: the machine's, or less where a control group
# limits it (systemd's MemoryMax, a container's limit). CGROUPS is where control groups are mounted.
memory_mb() {
	local proc=${1:-/proc} cgroups=${2:-/sys/fs/cgroup} mb limit
	mb=$(awk '/^MemTotal:/ { print int($2 / 1024) }' "$proc/meminfo")
	while read -r limit; do
		# Version 1 says a huge number where there is no limit.
		[[ $limit =~ ^[0-9]{1,15}$ ]] && ((limit / 1048576 < mb)) && mb=$((limit / 1048576))
	done < <(memory_limits "$proc" "$cgroups")
	printf '%d' "$mb"
}

# The limits of the control groups of this process, of both versions, and of all groups above them.
memory_limits() {
	local proc=$1 cgroups=$2 number kinds path file
	while IFS=: read -r number kinds path; do
		case $number:$kinds in
		0:) file=memory.max ;;
		*:*memory*) file=memory.limit_in_bytes kinds=/memory ;;
		*) continue ;;
		esac
		while :; do
			cat -- "$cgroups$kinds$path/$file" 2>/dev/null && echo
			[[ -n ${path%/} ]] || break
			path=${path%/*}
		done
	done <"$proc/self/cgroup"
}
