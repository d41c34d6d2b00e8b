#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""
tables - the tables of the documents are those of the code.

    tables.py NAME BUILD                compares one of CHECKS, below
    tables.py settings BUILD --write    rewrites the README's table of settings

A table of a document is below a line <!-- table: NAME -->; its first columns are compared.
"""
import math
import pathlib
import re
import subprocess
import sys

from tree import Fault, Tree

CELL = re.compile(r"(?<!\\)\|")
DEFINE = re.compile(r"^#define[ \t]+(\w+)[ \t]+(\S.*?)[ \t]*(?:/\*.*)?$", re.MULTILINE)


def marker(name):
    return f"<!-- table: {name} -->"


def cells_of(line):
    return [re.sub(r"\s+", " ", cell.replace("\\|", "|").replace("`", "").strip())
            for cell in CELL.split(line.strip().strip("|"))]


def table_of(text, name):
    """(line, cells) of each row under the table's marker, without its head. None: no such table."""
    lines = text.split("\n")
    if marker(name) not in lines:
        return None
    at = lines.index(marker(name)) + 1
    rows = []
    while at < len(lines) and (lines[at].startswith("|") or not rows and not lines[at]):
        if lines[at]:
            rows.append((at + 1, cells_of(lines[at])))
        at += 1
    return rows[2:]


def compare(tree, path, name, wanted, columns):
    """The first columns of the document's table, in order, against rows of the code."""
    rows = table_of(tree.text(path), name) if path in tree.paths() else None
    if rows is None:
        yield Fault(path, 0, f"has no table under {marker(name)}")
        return
    wanted = [[cell.replace("`", "") for cell in row[:columns]] for row in wanted]
    found = [cells[:columns] for _, cells in rows]
    for line, cells in rows:
        if cells[:columns] not in wanted:
            yield Fault(path, line, f"the code has no {name} row {cells[:columns]}")
    for row in wanted:
        if row not in found:
            yield Fault(path, 0, f"the table of {name} lacks {row}")
    if sorted(found) == sorted(wanted) and found != wanted:
        yield Fault(path, rows[0][0], f"the table of {name} has another order than the code")


def printed(build, name):
    done = subprocess.run([pathlib.Path(build, "tests", "arch-tables"), name], check=True,
                          capture_output=True, text=True, timeout=20)
    return [line.split("\t") for line in done.stdout.splitlines()]


def routes(build):
    """[method, path] of all programs, internal ones with a third word."""
    rows = []
    for program in sorted(pathlib.Path(build, "bin").glob("fcgi-*")):
        done = subprocess.run([program, "--routes"], check=True, capture_output=True, text=True,
                              timeout=20)
        rows += [line.split() for line in done.stdout.splitlines() if line.strip()]
    return rows


def check_settings(tree, build):
    wanted = printed(build, "settings")
    yield from compare(tree, "README.md", "settings", wanted, 4)
    yield from compare(tree, "README.ko.md", "settings", wanted, 3)


def check_events(tree, build):
    wanted = printed(build, "events")
    for path in ("README.md", "README.ko.md"):
        yield from compare(tree, path, "events", wanted, 3)


def check_transitions(tree, build):
    yield from compare(tree, "docs/states.md", "transitions", printed(build, "transitions"), 3)


def check_urls(tree, build):
    served = {(row[0], row[1]) for row in routes(build)}
    if not served:
        yield Fault("bin", 0, f"no program under {build} has a route")
    for path in ("README.md", "README.ko.md"):
        rows = table_of(tree.text(path), "urls") if path in tree.paths() else None
        if rows is None:
            yield Fault(path, 0, f"has no table under {marker('urls')}")
            continue
        listed = {(method, cells[1]) for _, cells in rows for method in cells[0].split(", ")}
        for method, pattern in sorted(listed - served):
            yield Fault(path, 0, f"no program serves {method} {pattern}")
        for method, pattern in sorted(served - listed):
            yield Fault(path, 0, f"the table of urls lacks {method} {pattern}")


def constants(tree):
    """The value of each macro that is a number or a product of numbers: {(file, name): number}."""
    found = {}
    for path in tree.product():
        for name, value in DEFINE.findall(tree.text(path)):
            factors = re.sub(r"U?INT(?:64|32)_C|[()uUlL \t]", "", value).split("*")
            if all(factor.isdigit() for factor in factors):
                found[path, name] = math.prod(map(int, factors))
    return found


LOG_CALL = re.compile(r"\b(?:LOG|log_write)\((.*?)(?:LOG_TEXT|LOG_NUMBER|\);)", re.DOTALL)
QUIET = re.compile(r"\s*LOG_(?:DEBUG|INFO)\s*,")
SIGN = re.compile(r'"([a-z-]+)"')
RULE = re.compile(r'"(I\d+)"')


def signs_of(text):
    """The events that are logged as warnings or errors."""
    return [sign for call in LOG_CALL.findall(text) if not QUIET.match(call)
            for sign in SIGN.findall(call)]


def check_names(tree, path, name, names_of):
    """The first column of a document's table against all such names in the product."""
    in_code = {found for file in tree.product() for found in names_of(tree.text(file))}
    rows = table_of(tree.text(path), name) if path in tree.paths() else None
    if rows is None:
        yield Fault(path, 0, f"has no table under {marker(name)}")
        return
    listed = {cells[0] for _, cells in rows}
    for one in sorted(in_code - listed):
        yield Fault(path, 0, f"the table of {name} lacks {one}")
    for one in sorted(listed - in_code):
        yield Fault(path, 0, f"no program logs or checks {one}")


def check_signs(tree, _):
    yield from check_names(tree, "docs/runbook.md", "signs", signs_of)


def check_metrics(tree, build):
    yield from compare(tree, "docs/metrics.md", "metrics", printed(build, "metrics"), 4)


def check_rules(tree, _):
    yield from check_names(tree, "docs/runbook.md", "rules", RULE.findall)


def number_of(cell):
    found = re.match(r"[\d,]+", cell)
    return found and int(found.group().replace(",", ""))


def check_limits(tree, build):
    """A row names a setting, or a constant and its file: its number is the one in the code. Every
    setting that is a number has a row, but for ports."""
    path = "docs/architecture.md"
    rows = table_of(tree.text(path), "limits") if path in tree.paths() else None
    if rows is None:
        yield Fault(path, 0, f"has no table under {marker('limits')}")
        return
    known = {(None, name): int(standard) for name, standard, *_ in printed(build, "settings")
             if standard.isdigit()}
    listed = " ".join(cells[1] for _, cells in rows)
    for _, setting in sorted(known):
        if not setting.endswith("_PORT") and setting not in listed.replace(",", " ").split():
            yield Fault(path, 0, f"the table of limits lacks {setting}")
    known.update(constants(tree))
    for line, (limit, name, number, *_) in rows:
        setting = re.fullmatch(r"HOTEL_\w+", name)
        constant = re.fullmatch(r"(\w+) \((\S+)\)", name)
        if not setting and not constant:
            continue  # a limit of a server
        key = (None, name) if setting else (constant[2], constant[1])
        if key not in known:
            yield Fault(path, line, f"{limit}: there is no {name}")
        elif known[key] != number_of(number):
            yield Fault(path, line, f"{limit}: {name} is {known[key]}, not {number}")


CHECKS = {"settings": check_settings, "events": check_events, "transitions": check_transitions,
          "urls": check_urls, "limits": check_limits, "signs": check_signs,
          "metrics": check_metrics, "rules": check_rules}


def settings_table(rows):
    lines = ["| setting | default | values | meaning |", "|---|---|---|---|"]
    for name, standard, values, meaning in rows:
        shown = f"`{standard}`" if standard else ""
        lines.append(f"| `{name}` | {shown} | {values} | {meaning.replace('|', chr(92) + '|')} |")
    return lines


def write_settings(tree, build):
    path = tree.root / "README.md"
    lines = path.read_text(encoding="utf-8").split("\n")
    start = lines.index(marker("settings")) + 1
    end = start
    while end < len(lines) and lines[end].startswith("|"):
        end += 1
    lines[start:end] = settings_table(printed(build, "settings"))
    path.write_text("\n".join(lines), encoding="utf-8")


def main():
    name, build, *rest = sys.argv[1:]
    if rest == ["--write"]:
        write_settings(Tree(), build)
        return 0
    faults = list(CHECKS[name](Tree(), build))
    for fault in faults:
        print(fault)
    if faults:
        print("\nDocument and code differ: change the one that is wrong."
              " (tests/arch/tables.py settings BUILD --write rewrites the README's settings.)")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
