#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""shell - shellcheck finds nothing in any shell script of the project."""
import re
import shutil
import subprocess

from tree import Fault, main

SHEBANG = re.compile(r"#!.*\b(?:bash|sh)\b")
COMPLAINT = re.compile(r"^(.+?):(\d+):\d+: (.+)$", re.MULTILINE)


def is_script(tree, path):
    if path.endswith(".sh"):
        return True
    with open(tree.root / path, "rb") as file:
        return bool(SHEBANG.match(file.readline(100).decode("utf-8", "replace")))


def check(tree):
    scripts = [path for path in tree.paths() if is_script(tree, path)]
    if not shutil.which("shellcheck"):
        yield Fault("shellcheck", 0, "is not installed (package shellcheck)")
        return
    if not scripts:
        return
    said = subprocess.run(
        ["shellcheck", "--shell=bash", "--external-sources", "--source-path=SCRIPTDIR",
         "--format=gcc", *scripts],
        cwd=tree.root, capture_output=True, text=True, timeout=300, check=False)
    for path, line, complaint in COMPLAINT.findall(said.stdout):
        yield Fault(path, line, complaint)
    if said.returncode > 1:
        yield Fault("shellcheck", 0, said.stderr.strip())


if __name__ == "__main__":
    main(check, "https://www.shellcheck.net/wiki explains each code.")
