# SPDX-License-Identifier: MIT
# machine - requirements of this machine besides packages.
# shellcheck shell=bash

localhost_resolves() {
	getent ahostsv4 localhost | grep -q '^127\.'
}
