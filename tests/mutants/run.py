# SPDX-License-Identifier: MIT
"""Applies each mutant to a copy of the sources, builds it, and runs the tests that should catch it.

Usage: run.py [--list | --applies] [NAME PART]...

Prints a table: what caught each mutant, or that it survived. With parts of names only those run. --list
prints the names; --applies only looks whether each mutant still stands in the sources.

Exit codes: 0 at least 95 % are caught; 1 fewer are, or one does not apply or build; 2 wrong usage.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

from mutants import MUTANTS

ROOT = pathlib.Path(__file__).resolve().parents[2]
CAUGHT_AT_LEAST = 0.95
BUILD_WITHIN_S = 1200
TESTS_WITHIN_S = 1800
LEFT_OUT = shutil.ignore_patterns(".git", "build", ".run", "__pycache__")
FAILED = re.compile(r"^\s*\d+ - (\S+) \((?:Failed|Timeout|Not Run|SEGFAULT|.*)\)", re.M)
COUNT = re.compile(r"tests failed out of (\d+)")


def stale():
    """The mutants that do not apply: what they change is not there exactly once."""
    found = []
    for name, path, before, after, _ in MUTANTS:
        file = ROOT / path
        times = file.read_text().count(before) if file.is_file() else 0
        if times != 1 or before == after:
            found.append(f"{name}: {path} has it {times} times")
    return found


class Copy:
    """A copy of the sources with a build of its own."""

    def __init__(self, folder):
        self.folder = folder / "source"
        shutil.copytree(ROOT, self.folder, ignore=LEFT_OUT, symlinks=True)
        self.run("cmake", "--preset", "dev", "-DHOTEL_WERROR=OFF", within=BUILD_WITHIN_S)
        broken = self.build()
        if broken is not None:
            sys.exit(f"the sources do not build without a mutant:\n{broken}")

    def run(self, *command, within):
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=within)

    def build(self):
        """What went wrong, or None."""
        done = self.run("cmake", "--build", "build/dev", within=BUILD_WITHIN_S)
        return None if done.returncode == 0 else done.stdout[-3000:]

    def failing(self, tests):
        """The names of the tests that fail, and how many there are."""
        done = self.run("ctest", "--test-dir", "build/dev", "-R", tests, "--stop-on-failure",
                        "--timeout", "600", within=TESTS_WITHIN_S)
        count = COUNT.search(done.stdout)
        assert count and int(count[1]) > 0, f"no test is called {tests}:\n{done.stdout}{done.stderr}"
        return FAILED.findall(done.stdout)

    def outcome(self, mutant):
        """("caught", by which tests), ("survived", "") or ("does not build", why)."""
        _, path, before, after, tests = mutant
        file = self.folder / path
        original = file.read_text()
        file.write_text(original.replace(before, after))
        try:
            broken = self.build()
            if broken is not None:
                return "does not build", broken
            failing = self.failing(tests)
            return ("caught", ", ".join(failing)) if failing else ("survived", "")
        finally:
            file.write_text(original)


def try_all(mutants):
    counts = {"caught": 0, "survived": 0, "does not build": 0}
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = Copy(pathlib.Path(folder))
        for number, mutant in enumerate(mutants, 1):
            begin = time.monotonic()
            outcome, by = copy.outcome(mutant)
            counts[outcome] += 1
            print(f"{number:3} {outcome:14} {time.monotonic() - begin:5.0f} s  {mutant[0]}"
                  f"{': ' if by else ''}{by}", flush=True)
    print(f"{counts['caught']} of {len(mutants)} mutants were caught, {counts['survived']} survived, "
          f"{counts['does not build']} did not build")
    return counts["caught"] >= CAUGHT_AT_LEAST * len(mutants) and not counts["does not build"]


def main(arguments):
    options = [one for one in arguments if one.startswith("-")]
    if options not in ([], ["--list"], ["--applies"]):
        print(__doc__, file=sys.stderr)
        return 2
    wanted = [one for one in MUTANTS if any(part in one[0] for part in arguments)] or MUTANTS
    if options == ["--list"]:
        print(*(name for name, *_ in MUTANTS), sep="\n")
        return 0
    if found := stale():
        print(*found, sep="\n", file=sys.stderr)
        print(f"{len(found)} mutants do not apply: change tests/mutants/mutants.py with the code", file=sys.stderr)
        return 1
    return 0 if options or try_all(wanted) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
