#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""
golden - runs the cases of tests/http/cases through nginx.

    golden.py [--state DIR] [CASE...]

Without --state it starts a private system with ./hotel and takes it down afterwards; with it, it uses
the running system of that folder. A CASE is the name of a file without .txt. Every response is also
validated against docs/openapi.yaml. Exit code 1 if a response is not as expected.
"""
import argparse
import itertools
import json
import pathlib
import random
import sys
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path += [str(HERE.parent / "e2e"), str(HERE.parent / "openapi")]

import case  # noqa: E402  (these need the paths above)
import match  # noqa: E402
from hotel import Hotel  # noqa: E402
from waiting import NotYet, eventually  # noqa: E402
import web  # noqa: E402

EVENTUALLY_WITHIN_S = 20.0
PEOPLE = itertools.count(random.randrange(1_000_000, 2**40))


class Failed(Exception):
    """An example could not be prepared."""


class Runner:
    """Runs the examples of one file in order; they share their variables."""

    def __init__(self, hotel):
        self.hotel = hotel
        self.variables = {name: next(PEOPLE) for name in ("host", "guest", "other")}
        self.variables["unique"] = f"u{next(PEOPLE):x}"

    def run(self, example):
        for made in example.given:
            self.give(*made)
        if example.eventually:
            eventually(lambda: self.ask(example) or True, within=EVENTUALLY_WITHIN_S,
                       what=f"{example.method} {example.path}")
        else:
            self.ask(example)

    def give(self, kind, *words):
        """Makes a room or a booking: kind, name=value..., optionally "as NAME"."""
        name = words[words.index("as") + 1] if "as" in words else kind
        fields = dict(word.split("=", 1) for word in words if "=" in word)
        paths = {"room": "/rooms", "book": "/books"}
        standard = {
            "room": {"hostId": "{{host}}", "price": "1500"},
            "book": {"guestId": "{{guest}}", "roomId": "{{room}}", "startDate": "{{day+7}}",
                     "endDate": "{{day+10}}"},
        }
        filled = {key: case.fill(value, self.variables).decode()
                  for key, value in {**standard[kind], **fields}.items()}
        answer = self.hotel.web.post(paths[kind], **filled)
        if answer.status not in (201, 202):
            raise Failed([f"given {kind}: {answer}"])
        self.variables[name] = answer.json["id"]

    def ask(self, example):
        listener = self.hotel.internal() if example.internal else self.hotel.web
        answer = listener.send(example.method, self.path(example), self.body(example),
                          self.headers(example))
        found = match.differences(example, answer, self.variables)
        if found:
            raise AssertionError("\n".join([*found, f"answer: {answer}"]))

    def path(self, example):
        filled = case.fill(example.path, self.variables)
        return urllib.parse.quote(filled, safe="%/?&=+,:;@!$'()*~[]{}\"<>\\^`|")

    def body(self, example):
        return None if example.body is None else case.fill(example.body, self.variables)

    def headers(self, example):
        headers = {name: case.fill(value, self.variables).decode()
                   for name, value in example.headers.items()}
        if example.body is not None:
            headers.setdefault("Content-Type", web.JSON)
        return {name: value for name, value in headers.items() if value != "none"}


def run_file(hotel, path):
    """The failures of one file, as texts, and the number of examples that ran."""
    examples = case.read(path)
    runner = Runner(hotel)
    for i, example in enumerate(examples):
        try:
            runner.run(example)
        except (AssertionError, NotYet, Failed, KeyError, *web.NO_ANSWER) as error:
            where = f"{path.name}:{example.line}: {example.method} {example.path}"
            return [f"{where}\n  {example.why}\n  {error}"], i + 1
    return [], len(examples)


def run_all(hotel, names):
    paths = sorted(HERE.glob("cases/*.txt"))
    if names:
        paths = [path for path in paths if path.stem in names]
    failures, examples = [], 0
    for path in paths:
        failed, n = run_file(hotel, path)
        failures += failed
        examples += n
        print(f"{'FAILED' if failed else 'ok':8}{path.stem}", flush=True)
    print(*failures, sep="\n\n")
    print(f"{len(paths)} cases, {examples} examples, {len(failures)} failed")
    return 1 if failures or not paths else 0


def attached(state):
    """The running system of a state folder."""
    hotel = Hotel.__new__(Hotel)
    hotel.state = pathlib.Path(state).resolve()
    hotel.changed = True
    url = urllib.parse.urlsplit(json.loads(hotel.command("status", "--json").stdout)["url"])
    hotel.web = web.public(url.hostname, url.port)
    return hotel


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--state", help="the state folder of a running system")
    parser.add_argument("case", nargs="*", help="run only these cases")
    arguments = parser.parse_args()
    if arguments.state:
        return run_all(attached(arguments.state), arguments.case)
    hotel = Hotel()
    try:
        hotel.up()
        failed = run_all(hotel, arguments.case)
        hotel.check()
        return failed
    finally:
        hotel.down()


if __name__ == "__main__":
    sys.exit(main())
