#!/usr/bin/python3
"""translation - README.ko.md keeps step with README.md: headings, commands, tables, links."""
import itertools
import re

from tree import Fault, main

ORIGINAL, TRANSLATION = "README.md", "README.ko.md"

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^(#+) ", re.MULTILINE)
TABLE_NAME = re.compile(r"^<!-- table: (\w+) -->$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def without_remarks(block):
    """Commands as they run: what is said about them may be translated."""
    lines = (re.sub(r"(^|\s)# .*$", "", line).rstrip() for line in block.split("\n"))
    return "\n".join(line for line in lines if line)


def shape(text):
    """What has to be the same, as (what it is, in order)."""
    outside = FENCE.sub("", text)
    return {
        "headings": HEADING.findall(outside),
        "blocks of commands": [(kind, without_remarks(block)) for kind, block in
                               FENCE.findall(text) if kind],
        "tables": TABLE_NAME.findall(outside),
        "rows of tables": [line.count("|") for line in outside.split("\n")
                           if line.startswith("|")],
        "links": sorted(set(link for link in LINK.findall(outside)
                            if not link.startswith("README") and "#" not in link)),
    }


def check(tree):
    for path in (ORIGINAL, TRANSLATION):
        if path not in tree.paths():
            yield Fault(path, 0, "does not exist")
            return
    original, translated = shape(tree.text(ORIGINAL)), shape(tree.text(TRANSLATION))
    for what, there in original.items():
        for n, (a, b) in enumerate(itertools.zip_longest(there, translated[what]), 1):
            if a != b:
                yield Fault(TRANSLATION, 0, f"{what}, number {n}: {b!r} instead of {a!r}")
                break


if __name__ == "__main__":
    main(check, f"Change {TRANSLATION} together with {ORIGINAL}.")
