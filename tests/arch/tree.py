# SPDX-License-Identifier: MIT
"""tree - the files of the project, or of another folder, as the checks see them."""
import pathlib
import re
import subprocess
import sys

PROJECT = pathlib.Path(__file__).resolve().parents[2]

# Folders of C that is shipped; tests/ is not among them.
PRODUCT = ("lib", "fcgi", "workers", "tools", "compose")

IGNORED = {".git", "build", ".run", "__pycache__", "node_modules", ".pytest_cache"}

# Comments and literals of C. Literals are matched so that no comment begins in one.
NOT_CODE = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.DOTALL)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


class Fault(str):
    """What is wrong, as 'path:line: sentence'."""

    def __new__(cls, path, line, sentence):
        return super().__new__(cls, f"{path}:{line}: {sentence}" if line else f"{path}: {sentence}")


class Tree:
    def __init__(self, root=PROJECT):
        self.root = pathlib.Path(root)
        self._paths = sorted(self._tracked() or self._all())

    def _tracked(self):
        """The files that git knows. None if this is no repository or there is no git."""
        try:
            listed = subprocess.run(
                ["git", "-c", "safe.directory=*", "-C", self.root, "ls-files", "-z"],
                check=True, capture_output=True, text=True, timeout=60).stdout.split("\0")
        except (OSError, subprocess.CalledProcessError):
            return None
        return [path for path in listed if path and (self.root / path).is_file()]

    def _all(self):
        return [str(path.relative_to(self.root)) for path in self.root.rglob("*")
                if path.is_file() and not IGNORED & set(path.relative_to(self.root).parts)]

    def paths(self, *suffixes, under=()):
        """Paths from the root, of these endings (none: all) and under one of these folders."""
        return [path for path in self._paths
                if (not suffixes or path.endswith(suffixes))
                and (not under or path.split("/")[0] in under)]

    def product(self):
        return self.paths(".c", ".h", under=PRODUCT)

    def text(self, path):
        return (self.root / path).read_text(encoding="utf-8")

    def code(self, path):
        """C without comments and literals, with the same lines."""
        def blank(found):
            lines = "\n" * found.group().count("\n")
            return " " + lines if found["comment"] else '""' + lines
        return NOT_CODE.sub(blank, self.text(path))

    def includes(self, path):
        """(line, '<' or '"', what is included)."""
        text = re.sub(r"/\*.*?\*/", lambda found: "\n" * found.group().count("\n"),
                      self.text(path), flags=re.DOTALL)
        return [(line_of(text, found.start(1)), found[1], found[2])
                for found in INCLUDE.finditer(text)]


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def main(check, advice):
    """Runs one check on the project, or on the folder given; prints the faults and how to correct them."""
    tree = Tree(*sys.argv[1:2])
    faults = list(check(tree))
    for fault in faults:
        print(fault)
    if faults:
        print(f"\n{len(faults)} found. {advice}")
    sys.exit(1 if faults else 0)
