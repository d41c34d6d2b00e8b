#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""
summary - how many tests ran in the last ./hotel test of some builds, and how long, as a table by label.

    summary.py BUILD...

A test of ctest is a program with tests of its own (cmocka, pytest, unittest); these are counted.
"""
import collections
import json
import pathlib
import re
import subprocess
import sys

TEST = re.compile(r'^\d+/\d+ Test: (?P<name>\S+)\n.*?^"(?P=name)" time elapsed: (?P<time>[\d:]+)', re.MULTILINE | re.DOTALL)
SECONDS = re.compile(r"^Test time = *([\d.]+) sec$", re.MULTILINE)
# The last line of each kind of test program that says how many tests it ran.
COUNTS = (re.compile(r"^\[==========\] (?:\S+: )?(\d+) test\(s\) run", re.MULTILINE),
          re.compile(r"^(?:=+ )?(?:.*, )?(\d+) passed\b.* in ", re.MULTILINE),
          re.compile(r"^Ran (\d+) tests? in ", re.MULTILINE))


def count_of(output):
    return next((sum(map(int, found)) for found in (count.findall(output) for count in COUNTS) if found), 1)


def labels_of(build):
    """{test of ctest: its label}"""
    listed = subprocess.run(["ctest", "--test-dir", build, "--show-only=json-v1"], check=True,
                            capture_output=True, text=True, timeout=60)
    return {test["name"]: label for test in json.loads(listed.stdout)["tests"]
            for one in test["properties"] if one["name"] == "LABELS" for label in one["value"]}


def rows(build):
    """(label, tests, seconds) of every ctest of a build."""
    log = pathlib.Path(build, "every-test.log").read_text(encoding="utf-8", errors="replace")
    labels = labels_of(build)
    tests, seconds = collections.Counter(), collections.Counter()
    for found in TEST.finditer(log):
        label = labels.get(found["name"], "?")
        tests[label] += count_of(found.group())
        seconds[label] += sum(map(float, SECONDS.findall(found.group())))
    return [(label, tests[label], seconds[label]) for label in sorted(tests)]


def main():
    print(f"\n{'build':<8} {'label':<12} {'tests':>6} {'seconds':>8}")
    for build in sys.argv[1:]:
        for label, tests, seconds in rows(build):
            print(f"{pathlib.Path(build).name:<8} {label:<12} {tests:>6} {seconds:>8.0f}")


if __name__ == "__main__":
    main()
