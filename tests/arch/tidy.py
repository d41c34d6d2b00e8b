#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""
tidy - clang-tidy finds nothing in the product, by the .clang-tidy at the root.

    tidy.py BUILD        BUILD has compile_commands.json, as every preset makes it
"""
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

from tree import PROJECT, Fault, Tree

VERSION = "14"
COMPLAINT = re.compile(r"^(/.+?):(\d+):\d+: (?:warning|error): (.+)$", re.MULTILINE)


def tidied(tool, tree, build, path):
    said = subprocess.run(
        [tool, f"--config-file={PROJECT / '.clang-tidy'}", "-p", str(build), "--quiet",
         "--extra-arg=-Wno-unknown-warning-option", str(tree.root / path)],
        capture_output=True, text=True, timeout=300, check=False)
    faults = [Fault(os.path.relpath(file, tree.root), line, complaint)
              for file, line, complaint in COMPLAINT.findall(said.stdout)]
    if said.returncode and not faults:
        faults.append(Fault(path, 0, said.stderr.strip()))
    return faults


def check(tree, build):
    commands = pathlib.Path(build, "compile_commands.json")
    if not commands.is_file():
        yield Fault(commands, 0, "does not exist; configure with a preset (cmake --preset dev)")
        return
    tool = shutil.which(f"clang-tidy-{VERSION}") or shutil.which("clang-tidy")
    if not tool:
        yield Fault("clang-tidy", 0, "is not installed (package clang-tidy)")
        return
    compiled = {pathlib.Path(entry["directory"], entry["file"]).resolve()
                for entry in json.loads(commands.read_text(encoding="utf-8"))}
    files = [path for path in tree.product() if (tree.root / path).resolve() in compiled]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda path: tidied(tool, tree, build, path), files)
        yield from sorted({fault for faults in results for fault in faults})


def main():
    faults = list(check(Tree(), sys.argv[1]))
    for fault in faults:
        print(fault)
    if faults:
        print(f"\n{len(faults)} found. What a check means: https://clang.llvm.org/extra/clang-tidy")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
