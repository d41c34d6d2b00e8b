#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""
compose - the stack of containers gives each program the same settings as ./hotel.

    compose.py BUILD
"""
import pathlib
import subprocess
import sys

import yaml

from tables import printed
from tree import Fault, Tree

STACK = "compose/compose.yaml"

# Prints a line "program setting" for each setting that ops/lib gives to a program.
DECIDED = """
source ops/lib/names.sh
source ops/lib/settings.sh
for program in "${PROGRAMS[@]}"; do
	for setting in "$@"; do
		contains "$setting" "${OWN_SETTINGS[@]}" || ! setting_is_for "$setting" "$program" ||
			echo "$program $setting"
	done
done
printf 'own %s\\n' "${OWN_SETTINGS[@]}"
"""


def decided(tree, settings):
    """{program: settings it gets}; under "own" those that ./hotel sets itself."""
    done = subprocess.run(["bash", "-c", DECIDED, "bash", *settings], cwd=tree.root, check=True,
                          capture_output=True, text=True, timeout=60)
    found = {}
    for line in done.stdout.splitlines():
        program, setting = line.split()
        found.setdefault(program, set()).add(setting)
    return found


def check(tree, settings):
    services = yaml.safe_load(tree.text(STACK))["services"]
    wanted = decided(tree, settings)
    own = wanted.pop("own")
    for program, its_settings in sorted(wanted.items()):
        given = {name if name in settings else name.removesuffix("_FILE")
                 for name in services[program]["environment"] if name not in own}
        for setting in sorted(its_settings - given):
            yield Fault(STACK, 0, f"{program} does not get {setting}")
        for setting in sorted(given - its_settings):
            yield Fault(STACK, 0, f"{program} gets {setting}, which it does not read")


if __name__ == "__main__":
    faults = list(check(Tree(), [row[0] for row in printed(pathlib.Path(sys.argv[1]), "settings")]))
    for fault in faults:
        print(fault)
    if faults:
        print(f"\n{len(faults)} found. Each program in {STACK} gets the settings that setting_is_for in "
              "ops/lib/settings.sh gives to it.")
    sys.exit(1 if faults else 0)
