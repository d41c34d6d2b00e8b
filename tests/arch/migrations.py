#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""
migrations - each only expands, can be run twice, and explains every column.

The programs of the version before run on the tables of the next one, so a migration may not remove
what they use. A statement that removes something, a version after the last program that used it, has
a comment above it: "-- contract: which version was the last to know it, and why it goes".
"""
import re

from tree import Fault, line_of, main

NUMBERED = re.compile(r"(\d{4})-[a-z0-9-]+\.sql")
CONTRACT = re.compile(r"--[ \t]*contract:[ \t]*\S")
COMMENT_OR_TEXT = re.compile(r"--[^\n]*|'(?:[^'\\]|\\.|'')*'")
MARK = "\f"  # in place of a comment that permits a statement to remove something

# Applied migrations that are right all the same; they can not be changed.
EXCEPT = {
    ("sql/alarm/0002-delivery.sql", "MODIFY COLUMN channel"): "an ENUM that only gets more values",
    ("sql/alarm/0002-delivery.sql", "MODIFY COLUMN state"): "an ENUM that only gets more values",
    ("sql/alarm/0004-contact-channel.sql", "MODIFY COLUMN channel"): "an ENUM that only gets more values",
}

# Statements that add something, once, however often they run.
EXPANDS = [re.compile(pattern, re.IGNORECASE) for pattern in (
    r"CREATE TABLE IF NOT EXISTS \w+ (\(|LIKE \w+$)",
    r"INSERT IGNORE INTO \w+",
    r"UPDATE \w+ SET .* WHERE ",
)]
ALTERS = re.compile(r"ALTER TABLE \w+ (.*)", re.IGNORECASE)
ADDS_COLUMN = re.compile(r"ADD COLUMN IF NOT EXISTS \w+ (.*)", re.IGNORECASE)
ADDS_KEY = re.compile(r"ADD (KEY|INDEX) IF NOT EXISTS ", re.IGNORECASE)
FILLED = re.compile(r"(?<!NOT )NULL\b|\bDEFAULT\b|\bGENERATED\b|\bAS \(", re.IGNORECASE)
COLUMN = re.compile(r"(?!(?:PRIMARY|UNIQUE|KEY|INDEX|CONSTRAINT|CHECK|FOREIGN)\b)[a-z]\w* ", re.IGNORECASE)
CHECKED = re.compile(r"CHECK \([^)]*\)", re.IGNORECASE)


def bare(text):
    """The statements without comments and with 'x' for a text; lines stay where they are."""
    def blank(found):
        if found.group().startswith("--"):
            above = not text[text.rfind("\n", 0, found.start()) + 1:found.start()].strip()
            return MARK if above and CONTRACT.match(found.group()) else ""
        return ("'x'" if len(found.group()) > 2 else "''") + "\n" * found.group().count("\n")
    return COMMENT_OR_TEXT.sub(blank, text)


def statements(text):
    """(line, whether a comment permits it to remove something, the statement in one line)."""
    code = bare(text)
    offset = 0
    for part in code.split(";"):
        words = " ".join(part.replace(MARK, " ").split())
        if words:
            begin = offset + len(part) - len(part.lstrip(" \t\n" + MARK))
            yield line_of(code, begin), MARK in part, words
        offset += len(part) + 1


def clauses(text):
    """The parts of a list that commas outside of brackets separate."""
    depth, part, found = 0, "", []
    for character in text:
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            found.append(part.strip())
            part = ""
        else:
            part += character
    return [*found, part.strip()]


def columns(statement):
    """The definitions of columns in a statement."""
    if statement.upper().startswith("CREATE TABLE") and "(" in statement:
        inner = statement[statement.index("(") + 1:statement.rindex(")")]
        return [one for one in clauses(inner) if COLUMN.match(one)]
    alters = ALTERS.fullmatch(statement)
    return [one for one in clauses(alters[1]) if one.upper().startswith("ADD COLUMN")] if alters else []


def why_not_expanding(path, statement):
    """Why a statement does more than add something once, or None."""
    if any(pattern.match(statement) for pattern in EXPANDS):
        return None
    alters = ALTERS.fullmatch(statement)
    if not alters:
        return f"\"{' '.join(statement.split()[:4])}\" does not only add, or not only once"
    for clause in clauses(alters[1]):
        column = ADDS_COLUMN.match(clause)
        if column and not FILLED.search(CHECKED.sub("", column[1])):
            return f'"{clause[:40]}" has no default: the version before does not fill it'
        known = any(path == there and clause.startswith(begin) for there, begin in EXCEPT)
        if not column and not known and not ADDS_KEY.match(clause):
            return f'"{clause[:40]}" does not only add, or not only once'
    return None


def order_check(tree):
    for context in sorted({path.split("/")[1] for path in tree.paths(".sql", under=("sql",))}):
        paths = [path for path in tree.paths(".sql", under=("sql",)) if path.split("/")[1] == context]
        for wanted, path in enumerate(paths, 1):
            name = NUMBERED.fullmatch(path.split("/")[2])
            if not name or int(name[1]) != wanted:
                yield Fault(path, 0, f"is number {wanted} of {context} and has to be named so: {wanted:04}-name.sql")


def check(tree):
    yield from order_check(tree)
    for path in tree.paths(".sql", under=("sql",)):
        for line, lets, statement in statements(tree.text(path)):
            why = None if lets else why_not_expanding(path, statement)
            if why:
                yield Fault(path, line, why)
            for column in columns(statement):
                if "COMMENT 'x'" not in column:
                    yield Fault(path, line, f'the column "{column.split()[0]}" has no comment')


if __name__ == "__main__":
    main(check, "CONTRIBUTING.md says how a migration expands first and contracts a version later.")
