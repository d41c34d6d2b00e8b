#!/usr/bin/python3
"""
opening - each C file opens with a comment that says what it is: "name - sentence".

The name is the file's own, a main.c names its program, a handler the requests it answers:
"POST /books - a guest asks for a room for some nights." A test only says what it shows.
"""
import re

from tree import Fault, main

OPENING = re.compile(r"/\*(?:\s*\*)?\s*(?P<name>\S[^\n]*?)\s+-\s+\S")
REQUESTS = re.compile(r"(?:GET|POST|PUT|PATCH|DELETE) /\S+(?:, (?:GET|POST|PUT|PATCH|DELETE) /\S+)*")
PROGRAM = re.compile(r"(?:fcgi|worker|hotel)-\w+")


def is_name_of(path, name):
    *_, folder, file = path.split("/")
    stem = file.rpartition(".")[0]
    if stem == name:
        return True
    if PROGRAM.fullmatch(name):
        return stem == "main" or name.endswith("-" + stem)
    return path.startswith(f"fcgi/{folder}/") and bool(REQUESTS.fullmatch(name))


def check(tree):
    for path in tree.paths(".c", ".h"):
        text = tree.text(path)
        opening = OPENING.match(text)
        if path.startswith("tests/"):
            if not re.match(r"/\*(?:\s*\*)?\s*\w", text):
                yield Fault(path, 1, "has no opening comment that says what it is for")
        elif not opening or "*/" in text[:opening.end()]:
            yield Fault(path, 1, 'has no opening comment "name - sentence"')
        elif not is_name_of(path, opening["name"]):
            yield Fault(path, 1, f'opens with "{opening["name"]}", which is not its name')


if __name__ == "__main__":
    main(check, 'Begin the file with /* name - what it is. */')
