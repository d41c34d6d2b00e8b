#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""formatting - all C is formatted by clang-format 14 (Debian 12) and the .clang-format at the root."""
import re
import shutil
import subprocess

from tree import PROJECT, Fault, main

VERSION = "14"
COMPLAINT = re.compile(r"^(.+?):(\d+):\d+: error: code should be clang-formatted", re.MULTILINE)


def formatter():
    """The clang-format of this version; other versions format differently."""
    for name in (f"clang-format-{VERSION}", "clang-format"):
        path = shutil.which(name)
        if path:
            said = subprocess.run([path, "--version"], check=True, capture_output=True, text=True)
            if re.search(rf"version {VERSION}\.", said.stdout):
                return path
    return None


def check(tree):
    files = tree.paths(".c", ".h")
    tool = formatter()
    if not tool:
        yield Fault("clang-format", 0, f"version {VERSION} is not installed (package clang-format)")
        return
    if not files:
        return
    said = subprocess.run(
        [tool, "--dry-run", "-Werror", f"--style=file:{PROJECT / '.clang-format'}", *files],
        cwd=tree.root, capture_output=True, text=True, timeout=300, check=False)
    lines = {}
    for path, line in COMPLAINT.findall(said.stderr):
        lines.setdefault(path, line)
    for path, line in lines.items():
        yield Fault(path, line, f"format it with: {tool.rpartition('/')[2]} -i {path}")
    if said.returncode and not lines:
        yield Fault("clang-format", 0, said.stderr.strip())


if __name__ == "__main__":
    main(check, "clang-format corrects all of them.")
