# SPDX-License-Identifier: MIT
# packages - the Debian packages listed in ops/packages: find the missing ones and install them.
# shellcheck shell=bash

readonly POLICY=/usr/sbin/policy-rc.d
readonly POLICY_MARK='# made by ./hotel while it installs packages'

# packages_of LIST...: the names in these lists (build, run, test ...).
packages_of() {
	local list
	for list in "$@"; do
		sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$ROOT/ops/packages/$list"
	done | awk '{ print $1 }' | sort -u
}

packages_missing() {
	packages_of "$@" | comm -23 - <(packages_installed "$@")
}

packages_installed() {
	local names
	mapfile -t names < <(packages_of "$@")
	{ dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${names[@]}" 2>/dev/null || true; } |
		sed -n 's/^installed //p' | sort -u
}

# Installs missing packages of the given lists; asks first at a terminal.
packages_ensure() {
	local missing
	command -v dpkg-query >/dev/null ||
		fail "this is not Debian or a derivative: ./hotel installs packages with apt-get"
	mapfile -t missing < <(packages_missing "$@")
	if ((${#missing[@]} == 0)); then
		step packages "all installed"
		return
	fi
	step packages "${#missing[@]} missing:"
	printf '%s ' "${missing[@]}" | fold -s -w 84 | sed 's/^/           /'
	echo
	packages_need_root "${missing[@]}"
	if at_terminal; then
		ask "Install them now with apt-get?" yes || fail "nothing was installed"
	fi
	packages_install "${missing[@]}"
}

# Without root and usable sudo: prints the command to run, and exits.
packages_need_root() {
	((EUID == 0)) && return
	if command -v sudo >/dev/null && { at_terminal || sudo -n true 2>/dev/null; }; then
		return
	fi
	warn "installing packages needs root; run this as root, then repeat the command:"
	printf '    apt-get update && apt-get install --no-install-recommends %s\n' "$*" >&2
	exit "$EXIT_ROOT"
}

as_root() {
	if ((EUID == 0)); then
		"$@"
	else
		sudo "$@"
	fi
}

apt_get() {
	as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 apt-get -q -y \
		-o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 "$@" 9>&-
}

# A subshell, so that the traps of the caller stay.
packages_install() (
	local log=$ROOT/build/packages.log units
	mkdir -p "$ROOT/build"
	exec 8>>"$ROOT/build/.packages.lock"
	flock 8
	trap policy_remove EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	policy_place
	units=$(units_enabled)
	step packages "installing (log: $log)"
	: >>"$log"
	if ! progress_during packages packages_tell packages_get "$log" "$@"; then
		warn "apt-get failed:"
		tail_of "$log" 15
		exit "$EXIT_FAILED"
	fi
	units_keep_off "$units"
	step packages "installed"
)

packages_tell() {
	progress_of_packages "$ROOT/build/packages.log"
}

# packages_get LOG PACKAGE...
packages_get() {
	{ apt_get update && apt_get install --no-install-recommends "${@:2}"; } >>"$1" 2>&1
}

# Keeps packages from starting servers during the installation; an existing policy file is not changed.
policy_place() {
	[[ -e $POLICY ]] && return
	printf '#!/bin/sh\n%s\nexit 101\n' "$POLICY_MARK" | as_root tee "$POLICY" >/dev/null
	as_root chmod 0755 "$POLICY"
}

policy_is_ours() {
	[[ -f $POLICY ]] && grep -qxF -- "$POLICY_MARK" "$POLICY"
}

policy_remove() {
	policy_is_ours && as_root rm -f "$POLICY"
	return 0
}

# The servers that are enabled at boot, one per line.
units_enabled() {
	local unit
	command -v systemctl >/dev/null || return 0
	for unit in nginx rabbitmq-server supervisor epmd.socket docker docker.socket containerd; do
		systemctl is-enabled --quiet "$unit" 2>/dev/null && printf '%s\n' "$unit"
	done
	return 0
}

# Disables servers that this installation enabled, so that they do not start at the next boot.
units_keep_off() {
	local unit
	for unit in $(units_enabled); do
		grep -qx -- "$unit" <<<"$1" && continue
		as_root systemctl disable --quiet "$unit" 2>/dev/null || continue
		step packages "the system service $unit is disabled (systemctl enable $unit enables it)"
	done
}
