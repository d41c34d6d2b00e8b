#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""
security - docs/security.md has each requirement of OWASP ASVS 5.0, levels 1 and 2, once, says how it
stands, and names files and tests that exist.
"""
import re

from mentions import PATH, Known, wrong_path
from tree import Fault, main

DOCUMENT = "docs/security.md"
# The numbers of the requirements, by section; those of level 3 are left out.
REQUIREMENTS = {
    "1.1": "1-2", "1.2": "1-9", "1.3": "1-11", "1.4": "1-3", "1.5": "1-2",
    "2.1": "1-3", "2.2": "1-3", "2.3": "1-4", "2.4": "1",
    "3.2": "1-2", "3.3": "1-4", "3.4": "1-6", "3.5": "1-5", "3.7": "1-2",
    "4.1": "1-3", "4.2": "1", "4.3": "1-2", "4.4": "1-4",
    "5.1": "1", "5.2": "1-3", "5.3": "1-2", "5.4": "1-3",
    "6.1": "1-3", "6.2": "1-12", "6.3": "1-4", "6.4": "1-4", "6.5": "1-5", "6.6": "1-3", "6.8": "1-4",
    "7.1": "1-3", "7.2": "1-4", "7.3": "1-2", "7.4": "1-5", "7.5": "1-2", "7.6": "1-2",
    "8.1": "1-2", "8.2": "1-3", "8.3": "1", "8.4": "1",
    "9.1": "1-3", "9.2": "1-4",
    "10.1": "1-2", "10.2": "1-2", "10.3": "1-4", "10.4": "1-11", "10.5": "1-5", "10.6": "1-2", "10.7": "1-3",
    "11.1": "1-2", "11.2": "1-3", "11.3": "1-3", "11.4": "1-4", "11.5": "1", "11.6": "1",
    "12.1": "1-3", "12.2": "1-2", "12.3": "1-4",
    "13.1": "1", "13.2": "1-5", "13.3": "1-2", "13.4": "1-5",
    "14.1": "1-2", "14.2": "1-4", "14.3": "1-3",
    "15.1": "1-3", "15.2": "1-3", "15.3": "1-7",
    "16.1": "1", "16.2": "1-5", "16.3": "1-4", "16.4": "1-3", "16.5": "1-3",
    "17.1": "1", "17.2": "1-4", "17.3": "1-2",
}
ROW = re.compile(r"^\| ((?:\d+\.\d+\.\d+(?:, )?)+) \|(.*)\|$")
STANDS = re.compile(r"(met|partly|not met|does not apply)\b")
SPAN = re.compile(r"`([^`]+)`")


def required():
    for section, numbers in REQUIREMENTS.items():
        first, _, last = numbers.partition("-")
        yield from (f"{section}.{n}" for n in range(int(first), int(last or first) + 1))


def rows(tree):
    """(line, numbers, the other cells) of each row."""
    for line, text in enumerate(tree.text(DOCUMENT).splitlines(), 1):
        found = ROW.match(text)
        if found:
            yield line, found[1].split(", "), [cell.strip() for cell in found[2].split("|")]


def row_faults(tree, known, line, numbers, cells):
    if len(cells) != 4:
        yield Fault(DOCUMENT, line, f"{numbers[0]} has {len(cells) + 1} cells in place of 5")
        return
    stands, where, test = cells[1:]
    paths = [span for span in SPAN.findall(where + test) if PATH.fullmatch(span) and known.has_path(span.split("/")[0])]
    for path in paths:
        wrong = wrong_path(tree, known, path)
        if wrong:
            yield Fault(DOCUMENT, line, wrong)
    if not STANDS.match(stands):
        yield Fault(DOCUMENT, line, f"{numbers[0]} is neither met, partly, not met, nor does it not apply")
    elif stands.startswith(("met", "partly")) and not paths:
        yield Fault(DOCUMENT, line, f"{numbers[0]} is met, and no file shows it")
    if re.search(r"\blater\b", stands):
        yield Fault(DOCUMENT, line, f"{numbers[0]} is put off")
    if stands.startswith(("met", "does not apply")) and "not met" in stands:
        yield Fault(DOCUMENT, line, f"{numbers[0]} is partly met")
    if stands.startswith("not met") and ":" not in stands and "," not in stands:
        yield Fault(DOCUMENT, line, f"{numbers[0]} is not met, without a reason")


def check(tree):
    known = Known(tree)
    seen = []
    for line, numbers, cells in rows(tree):
        seen += numbers
        yield from row_faults(tree, known, line, numbers, cells)
    for number in required():
        if seen.count(number) != 1:
            yield Fault(DOCUMENT, 0, f"{number} is there {seen.count(number)} times")
    for number in sorted(set(seen) - set(required())):
        yield Fault(DOCUMENT, 0, f"{number} is no requirement of level 1 or 2")


if __name__ == "__main__":
    main(check, "Each claim about security names the file that keeps it, and the test that fails without it.")
