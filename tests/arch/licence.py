#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""licence - each source file names its licence (SPDX) in its first lines, as LICENSE has it."""
from tree import Fault, main

LINE = "SPDX-License-Identifier: MIT"
SOURCES = (".c", ".h", ".js", ".css", ".sh", ".py", ".cmake", ".awk", "CMakeLists.txt")


def is_source(tree, path):
    return path.endswith(SOURCES) or (
        "." not in path.rpartition("/")[2] and tree.text(path).startswith("#!"))


def check(tree):
    for path in tree.paths():
        if is_source(tree, path) and LINE not in "".join(tree.text(path).splitlines(True)[:2]):
            yield Fault(path, 1, "does not name its licence")


if __name__ == "__main__":
    main(check, f"Write '{LINE}' as a comment into the first line, or below #!.")
