#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""
words - renamed words stay gone: in code, tests, texts and documents each thing has its name of now.

docs/adr/0034 has the whole table of old and new words. Here are those that can be told from an
ordinary English meaning, some of them only in the form that they had in this code.
"""
import re

from tree import Fault, line_of, main

# an old word -> what it is called now
GONE = {
    r"doors?|entrances?|knock(?:s|ed|ing)?|let[_-]in": "socket holder, listener, attach",
    r"visitors?": "client, or guest",
    r"struct exchange|exchange\.[ch]": "a request; an exchange is RabbitMQ's",
    r"serving_\w+|serving\.[ch]|struct serving": "acceptor",
    r"wire_\w+|wire\.[ch]|struct wire": "fcgi_connection",
    r"struct answer": "response",
    r"struct (?:incoming|draft)": "raw_request",
    r"verdicts?": "disposition, or decision of the acquirer",
    r"pulses?": "activity",
    r"sheets?": "csv_table",
    r"couriers?|carriers?|carrying|parcels?": "delivery_pool, channel_sender, message",
    r"horizons?": "watermark; only the table has the old name",
    r"book_desk|room_directory|pay_gateway|peers_\w+|peers\.[ch]|struct peers": "book_client, room_client, pay_client, clients",
    r"shared_circuit|struct circuit|circuit_\w+|circuit\.[ch]": "shared_breaker",
    r"settling": "settler, or book_settle",
    r"slices?": "keyset page, or snapshot",
    r"wish(?:es|ed)?": "request",
    r"telling|neighbou?rhood": "a plain noun or verb",
}

# Where an old word is right: (path begins with, what matches the line). Every line of a path: "".
EXCEPT = (
    ("CHANGELOG.md", ""),
    ("docs/adr/0034", ""),
    ("sql/", ""),  # applied migrations never change
    ("tests/arch/", ""),  # the lists of these words
    ("", r"(?:FROM|INTO|UPDATE|TABLE) horizon|hotel_alarm\.horizon|`horizon`"),
    ("", r"\.slice\(|\{\{slice "),  # JavaScript's and Docker's
    # A service of containers that `compose/replace` takes over from an earlier version.
    ("compose/replace", r"`door`|=door$"),
    ("docs/compose.md", r"`door`"),
    ("tests/compose/test_8_upgrade.py", ""),
    ("lib/adapters/webhook/", r"address space of carriers"),
    # Descriptions of rooms in tests.
    ("tests/browser/", r"in front of the door|next door"),
    ("tests/http/cases/", r"One door"),
)

WORD = re.compile("|".join(rf"(?P<w{n}>(?<![A-Za-z0-9])(?:{word})(?![A-Za-z0-9]))" for n, word in enumerate(GONE)),
                  re.IGNORECASE)
NOT_TEXT = (".png", ".backup")


def is_right(path, line):
    return any(path.startswith(begin) and re.search(pattern, line) for begin, pattern in EXCEPT)


def check(tree):
    now = list(GONE.values())
    for path in tree.paths():
        if path.endswith(NOT_TEXT):
            continue
        text = tree.text(path)
        lines = text.split("\n")
        for found in WORD.finditer(text):
            line = line_of(text, found.start())
            if not is_right(path, lines[line - 1]):
                yield Fault(path, line, f'"{found.group()}" is now: {now[int(found.lastgroup[1:])]}')


if __name__ == "__main__":
    main(check, "Use the new word. Where the old one has its ordinary meaning, add a line to EXCEPT in words.py.")
