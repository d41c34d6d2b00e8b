#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""must_check - a function that returns enum err is declared so that its result cannot be ignored."""
import re

from tree import Fault, line_of, main

# A declaration at the beginning of a line; pointers in structs and typedefs are indented or named so.
DECLARED = re.compile(r"^(?P<before>(?:[A-Za-z_]\w*[ \t\n]+)*?)enum err\s+(?P<name>\w+)\s*\(",
                      re.MULTILINE)


def check(tree):
    for path in tree.product():
        if not path.endswith(".h"):
            continue
        code = tree.code(path)
        for found in DECLARED.finditer(code):
            words = found["before"].split()
            if "MUST_CHECK" not in words and "typedef" not in words:
                yield Fault(path, line_of(code, found.start("name")),
                            f"{found['name']}() returns an enum err without MUST_CHECK")


if __name__ == "__main__":
    main(check, "Put MUST_CHECK (base/err.h) before the declaration.")
