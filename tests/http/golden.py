#!/usr/bin/python3
"""
golden - the cases of tests/http/cases, through nginx, on a system of their own.

    golden.py [--state DIR] [CASE...]

Without --state a private system is started with ./hotel and taken down afterwards; with it the one
of that folder is used and left as it is. A CASE is the name of a file without its .txt. Every answer
is also held against docs/openapi.yaml. Exit code 1 if an answer is not as it has to be.
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
    """An exchange whose answer is not as it has to be."""


class Runner:
    """Runs the exchanges of one file after the other, with the variables they share."""

    def __init__(self, hotel):
        self.hotel = hotel
        self.variables = {name: next(PEOPLE) for name in ("host", "guest", "other")}
        self.variables["unique"] = f"u{next(PEOPLE):x}"

    def run(self, exchange):
        for made in exchange.given:
            self.give(*made)
        if exchange.eventually:
            eventually(lambda: self.ask(exchange) or True, within=EVENTUALLY_WITHIN_S,
                       what=f"{exchange.method} {exchange.path}")
        else:
            self.ask(exchange)

    def give(self, kind, *words):
        """Makes a room or a book: kind, name=value..., maybe "as NAME"."""
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

    def ask(self, exchange):
        way = self.hotel.internal() if exchange.internal else self.hotel.web
        answer = way.send(exchange.method, self.path(exchange), self.body(exchange),
                          self.headers(exchange))
        found = match.differences(exchange, answer, self.variables)
        if found:
            raise AssertionError("\n".join([*found, f"answer: {answer}"]))

    def path(self, exchange):
        filled = case.fill(exchange.path, self.variables)
        return urllib.parse.quote(filled, safe="%/?&=+,:;@!$'()*~[]{}\"<>\\^`|")

    def body(self, exchange):
        return None if exchange.body is None else case.fill(exchange.body, self.variables)

    def headers(self, exchange):
        headers = {name: case.fill(value, self.variables).decode()
                   for name, value in exchange.headers.items()}
        if exchange.body is not None:
            headers.setdefault("Content-Type", web.JSON)
        return {name: value for name, value in headers.items() if value != "none"}


def run_file(hotel, path):
    """The failures of one file, as texts; how many exchanges it has."""
    exchanges = case.read(path)
    runner = Runner(hotel)
    for i, exchange in enumerate(exchanges):
        try:
            runner.run(exchange)
        except (AssertionError, NotYet, Failed, KeyError, *web.NO_ANSWER) as error:
            where = f"{path.name}:{exchange.line}: {exchange.method} {exchange.path}"
            return [f"{where}\n  {exchange.why}\n  {error}"], i + 1
    return [], len(exchanges)


def run_all(hotel, names):
    paths = sorted(HERE.glob("cases/*.txt"))
    if names:
        paths = [path for path in paths if path.stem in names]
    failures, exchanges = [], 0
    for path in paths:
        failed, n = run_file(hotel, path)
        failures += failed
        exchanges += n
        print(f"{'FAILED' if failed else 'ok':8}{path.stem}", flush=True)
    print(*failures, sep="\n\n")
    print(f"{len(paths)} cases, {exchanges} exchanges, {len(failures)} failed")
    return 1 if failures or not paths else 0


def attached(state):
    """The system of a state folder that is up already."""
    hotel = Hotel.__new__(Hotel)
    hotel.state = pathlib.Path(state).resolve()
    url = urllib.parse.urlsplit(json.loads(hotel.command("status", "--json").stdout)["url"])
    hotel.web = web.public(url.hostname, url.port)
    return hotel


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--state", help="the state folder of a system that is up")
    parser.add_argument("case", nargs="*", help="only these")
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
