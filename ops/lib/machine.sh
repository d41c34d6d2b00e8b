# machine - what this machine has to have besides packages.
# shellcheck shell=bash

localhost_resolves() {
	getent ahostsv4 localhost | grep -q '^127\.'
}
