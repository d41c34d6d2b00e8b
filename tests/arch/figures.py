#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""
figures - measures the structure of the product; docs/architecture.md quotes the result.

    figures.py [ROOT]           the figures of the project, or of another tree
    figures.py --long [ROOT]    the ten longest functions
    figures.py --single [ROOT]  the static functions with one caller
    figures.py --words [ROOT]   where a renamed word is still used
    figures.py --walk [ROOT]    the files that POST /books passes, in order

A function's length is the number of lines from the one with its name to its closing brace.
"""
import collections
import pathlib
import re
import statistics
import sys

import layers
import words
from tree import Tree, line_of

# In this code a function's name begins a line, after the line of its type, and its last brace stands
# in the first column.
FUNCTION = re.compile(
    r"^(?P<type>[A-Za-z_][\w \t*()]*\n)?(?P<name>[a-z_]\w*)\((?P<args>[^;{}]*)\)\n\{\n(?P<body>.*?)^\}",
    re.MULTILINE | re.DOTALL)
# A call of a function: port->merge() is none of the file's own merge().
CALL = re.compile(r"(?<![\w>.])([a-z_]\w*)\(")

# POST /books, from nginx to the answer: the functions a reader opens, in the order in which they run.
WALK = pathlib.Path(__file__).with_name("walk.txt")


class Function:
    def __init__(self, path, code, found):
        self.path, self.name = path, found["name"]
        self.line = line_of(code, found.start("name"))
        self.length = line_of(code, found.end()) - self.line + 1
        self.is_static = "static" in (found["type"] or "")


def functions_of(tree, path):
    code = tree.code(path)
    return [Function(path, code, found) for found in FUNCTION.finditer(code)]


def calls_of(code):
    """How often each function is called; its definition and its declarations are no calls."""
    without = re.sub(r"^[a-z_]\w*(?=\([^;{}]*\)\n\{)", "", code, flags=re.MULTILINE)
    without = re.sub(r"^(?:static [\w *]*?)?([a-z_]\w*)\([^;{}]*\);", "", without, flags=re.MULTILINE)
    return collections.Counter(CALL.findall(without))


class Figures:
    def __init__(self, tree):
        self.tree = tree
        self.sources = [path for path in tree.product() if path.endswith(".c")]
        self.functions = [function for path in self.sources for function in functions_of(tree, path)]

    def single(self):
        """Static functions that are called in one place; one that a table points to is none of them."""
        calls = {path: calls_of(self.tree.code(path)) for path in self.sources}
        return [one for one in self.functions if one.is_static and calls[one.path][one.name] == 1]

    def walk(self):
        """The files of the walk as [path, functions]; a file that comes again is a turn back."""
        steps = []
        for line in WALK.read_text(encoding="utf-8").splitlines():
            if not line or line.startswith("#"):
                continue
            path, *names = line.split()
            code = self.tree.code(path)
            for name in names:
                if not re.search(rf"\b{name}\b", code):
                    sys.exit(f"{WALK.name}: {path} has no {name}")
            steps.append((path, names))
        return steps


def show(figures):
    lengths = sorted(one.length for one in figures.functions)
    statics = [one for one in figures.functions if one.is_static]
    tops = {path.split("/")[0] for path in figures.tree.paths() if "/" in path}
    walked = [path for path, _ in figures.walk()]
    rows = [
        ("functions", len(lengths)),
        ("length of a function, median", round(statistics.median(lengths))),
        ("length of a function, 90th percentile", lengths[len(lengths) * 9 // 10]),
        ("length of a function, longest", lengths[-1]),
        ("functions over 60 lines", sum(length > 60 for length in lengths)),
        ("static functions", len(statics)),
        ("static functions with one caller", len(figures.single())),
        ("files of C (.c, .h)", len(figures.tree.product())),
        ("lines of C", sum(figures.tree.text(path).count("\n") for path in figures.tree.product())),
        ("top-level folders", len([top for top in tops if not top.startswith(".")])),
        ("includes that point outwards", len(list(layers.check(figures.tree)))),
        ("renamed words found", len(list(words.check(figures.tree)))),
        ("files on the walk of POST /books", len(set(walked))),
        ("turns back on that walk", len(walked) - len(set(walked))),
    ]
    for what, number in rows:
        print(f"{what:40}{number:8}")


def main():
    options = [word for word in sys.argv[1:] if word.startswith("--")]
    figures = Figures(Tree(*[word for word in sys.argv[1:] if not word.startswith("--")]))
    if "--long" in options:
        for one in sorted(figures.functions, key=lambda one: -one.length)[:10]:
            print(f"{one.path}:{one.line}: {one.name}, {one.length} lines")
    elif "--single" in options:
        for one in figures.single():
            print(f"{one.path}:{one.line}: {one.name}")
    elif "--words" in options:
        for fault in words.check(figures.tree):
            print(fault)
    elif "--walk" in options:
        for path, names in figures.walk():
            print(path, *names)
    else:
        show(figures)


if __name__ == "__main__":
    main()
