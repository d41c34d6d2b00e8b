#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""
mentions - the documents name only what exists: files, links, settings, commands, code, tests.

It checks text between backticks and blocks of commands, and paths in the comments of C.
`tests/e2e/test_story.py::name` is a test; `lib/app/*.c` has to match something.
"""
import fnmatch
import re

from tree import NOT_CODE, Fault, line_of, main

CODE_SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
COMMAND = re.compile(r"(?:^|[\s`(])\./hotel ([a-z]+(?:-[a-z]+)*)")
SETTING = re.compile(r"\bHOTEL_[A-Z0-9_]+")
FUNCTION = re.compile(r"(\w+)\(\)")
STRUCT = re.compile(r"(struct|enum) (\w+)")
OUTCOME = re.compile(r"ERR_[A-Z_]+")
DECISIONS = "docs/adr/README.md"
# In a comment: relative to the project, to lib/ or to the file's own folder.
COMMENT_PATH = re.compile(r"(?<![\w./-])[\w*-]+(?:/[\w.*-]+)+\.(?:c|h|py|sh|sql|md|yaml|txt|conf)\b")
PATH = re.compile(r"[\w.*{}-]+(?:/[\w.*{}-]+)*/?(?:::\w+)?")


class Known:
    def __init__(self, tree):
        self.paths = set(tree.paths())
        self.folders = {"/".join(path.split("/")[:n]) for path in self.paths
                        for n in range(1, path.count("/") + 1)}
        self.tops = {path.split("/")[0] for path in self.paths}
        self.product = "\n".join(tree.code(path) for path in tree.product())
        named = tree.product() + tree.paths("CMakeLists.txt", ".cmake", "CMakePresets.json")
        self.settings = {name for path in named for name in SETTING.findall(tree.text(path))}
        self.settings |= {name + "_FILE" for name in self.settings}

    def has_word(self, word):
        return re.search(rf"\b{re.escape(word)}\b", self.product) is not None

    def has_path(self, path):
        path = path.rstrip("/")
        return path in self.paths or path in self.folders or bool(
            fnmatch.filter(self.paths, path))


def anchor_of(heading):
    plain = re.sub(r"[`*]|\[|\]\([^)]*\)", "", heading).lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def wrong_link(tree, known, document, link):
    if re.match(r"[a-z]+:", link):
        return None
    path, _, anchor = link.partition("#")
    parts = document.split("/")[:-1]
    for part in path.split("/") if path else ():
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    target = "/".join(parts) if path else document
    if target and not known.has_path(target):
        return f"{target} does not exist"
    if anchor and anchor not in map(anchor_of, HEADING.findall(tree.text(target))):
        return f"{target} has no heading #{anchor}"
    return None


def wrong_path(tree, known, span):
    path, _, test = span.partition("::")
    if not known.has_path(path):
        return f"{path} does not exist"
    if test and not re.search(rf"\b{test}\b", tree.text(path)):
        return f"{path} has no {test}"
    return None


def wrong_span(tree, known, span):
    """Why the text between backticks is wrong, or None."""
    if PATH.fullmatch(span) and "/" in span and span.split("/")[0] in known.tops:
        return wrong_path(tree, known, span)
    function, struct = FUNCTION.fullmatch(span), STRUCT.fullmatch(span)
    if function and not known.has_word(function[1]):
        return f"there is no function {function[1]}()"
    if struct and not re.search(rf"\b{struct[1]} {struct[2]} {{", known.product):
        return f"there is no {span}"
    if OUTCOME.fullmatch(span) and not known.has_word(span):
        return f"there is no outcome {span}"
    return None


def check_comments(tree, known, path):
    text = tree.text(path)
    folder = path.rpartition("/")[0]
    for comment in NOT_CODE.finditer(text):
        for found in COMMENT_PATH.finditer(comment["comment"] or ""):
            named = found.group()
            first = named.split("/")[0]
            ours = first in known.tops or f"lib/{first}" in known.folders
            if ours and not any(map(known.has_path, (named, f"lib/{named}", f"{folder}/{named}"))):
                line = line_of(text, comment.start() + found.start())
                yield Fault(path, line, f"{named} does not exist")


def check_document(tree, known, path):
    text = tree.text(path)
    for found in LINK.finditer(text):
        wrong = wrong_link(tree, known, path, found[1])
        if wrong:
            yield Fault(path, line_of(text, found.start()), wrong)
    for found in CODE_SPAN.finditer(text):
        wrong = wrong_span(tree, known, found[1])
        if wrong:
            yield Fault(path, line_of(text, found.start()), wrong)
    for found in COMMAND.finditer(text):
        if found[1] != "help" and not known.has_path(f"ops/command/{found[1]}.sh"):
            yield Fault(path, line_of(text, found.start()), f"there is no ./hotel {found[1]}")
    for found in SETTING.finditer(text):
        if found.group().rstrip("_") != "HOTEL" and found.group() not in known.settings:
            yield Fault(path, line_of(text, found.start()), f"there is no setting {found.group()}")


def index_check(tree):
    """Every decision record is in the list of them."""
    listed = tree.text(DECISIONS) if DECISIONS in tree.paths() else ""
    for path in tree.paths(".md"):
        name = path.rpartition("/")[2]
        if re.fullmatch(r"docs/adr/\d{4}-.*", path) and f"({name})" not in listed:
            yield Fault(DECISIONS, 0, f"does not list {name}")


def check(tree):
    known = Known(tree)
    yield from index_check(tree)
    for path in tree.paths(".md"):
        yield from check_document(tree, known, path)
    for path in tree.paths(".c", ".h"):
        yield from check_comments(tree, known, path)


if __name__ == "__main__":
    main(check, "Correct the document, or the name in the code.")
