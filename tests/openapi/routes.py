#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""
routes - whether the programs' route tables and docs/openapi.yaml name the same routes.

    routes.py PROGRAM...

Each program prints its table with --routes: a line a route, "METHOD PATTERN" and "internal" where
it is one. Exit code 1 if a route is in one place only, or internal in one place only.
"""
import re
import subprocess
import sys

from document import document, operations

# What nginx answers or rewrites by itself.
NOT_OF_A_PROGRAM = re.compile(r"/|/docs|/problems(/.*)?|/(openapi|asyncapi)\.(yaml|json)|/guestManagementPages(/.*)?|/[.]well-known/.*|/b/.*")


def pattern(path):
    return re.sub(r"\{\w+\}", "{}", path)


def of_document(root):
    return {(method.upper(), pattern(path), "internal" in operation["tags"])
            for path, method, _, operation in operations(root)
            if not NOT_OF_A_PROGRAM.fullmatch(path)}


def of_program(program):
    printed = subprocess.run([program, "--routes"], check=True, capture_output=True, text=True,
                             timeout=20)
    lines = [line.split() for line in printed.stdout.splitlines() if line.strip()]
    return {(method, pattern(path), "internal" in rest) for method, path, *rest in lines}


def show(where, route):
    method, path, internal = route
    print(f"{where}: {method} {path}{' (internal)' if internal else ''}")


def main():
    documented = of_document(document())
    served = set().union(*(of_program(program) for program in sys.argv[1:]))
    for route in sorted(documented - served):
        show("only in the document", route)
    for route in sorted(served - documented):
        show("only in a program", route)
    print(f"{len(served)} routes served, {len(documented)} documented")
    return 0 if served == documented and served else 1


if __name__ == "__main__":
    sys.exit(main())
