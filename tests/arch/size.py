#!/usr/bin/python3
"""size - no file of the product is longer than 500 lines."""
from tree import PRODUCT, Fault, main

LINES_MAX = 500


def check(tree):
    code = tree.product() + tree.paths(under=("ops", "nginx", "hotel")) + tree.paths(
        ".sql", ".cmake", under=PRODUCT + ("cmake",))
    for path in code:
        lines = tree.text(path).count("\n")
        if lines > LINES_MAX:
            yield Fault(path, 0, f"has {lines} lines; {LINES_MAX} are the limit")


if __name__ == "__main__":
    main(check, "Cut the file where its second idea begins.")
