#!/usr/bin/python3
"""
leftovers - nothing is left for later, and nothing names the machine it was written on.

The patterns are spelled so that this file does not match them.
"""
import re

from tree import Fault, line_of, main

BANNED = (
    (re.compile(r"\b(?:T[O]DO|F[I]XME|X[X]X|H[A]CK)\b"), "is left for later"),
    (re.compile(r"(?<![\w.*)}/-])/(?:r[o]ot|h[o]me/\w+|U[s]ers|w[o]rk)(?![\w-])"),
     "is a path of one machine"),
    (re.compile(r"(?<![\w.])/tmp/[a-z]/"), "is a path of one machine"),
    (re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE), "is left of a merge"),
)

PICTURE = ".png"


def check(tree):
    for path in tree.paths():
        if path.endswith(PICTURE):
            continue
        try:
            text = tree.text(path)
        except UnicodeDecodeError:
            yield Fault(path, 0, "is not UTF-8 text")
            continue
        for pattern, why in BANNED:
            for found in pattern.finditer(text):
                yield Fault(path, line_of(text, found.start()), f'"{found.group()}" {why}')


if __name__ == "__main__":
    main(check, "Do it now, or write it into the CHANGELOG or docs/checklist.md as not yet done.")
