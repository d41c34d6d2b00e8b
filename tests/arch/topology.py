#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""
topology - the broker's definitions, the bindings that workers declare, the events that each worker
consumes and the README's table agree.
"""
import json
import re

from tables import table_of
from tree import Fault, main

EVENT = re.compile(r'\[(EVENT_\w+)\] = \{"(\w+)", "(\w+)", "([\w.]+)"')
BINDING = re.compile(r'\{"(\w+)", "(\w+)", "([\w.*#]+)", "[\w.*#]+"\}')  # the last: of earlier versions
TAKES = re.compile(r"\[(EVENT_\w+)\] = true")
CONTEXT = re.compile(r'\.context = "(\w+)"')

EVENTS, DECLARED, DEFINED = ("lib/domain/event.c", "lib/adapters/amqp/topology.c",
                             "ops/broker/definitions.json.in")


def declared(tree):
    return set(BINDING.findall(tree.text(DECLARED)))


def defined(tree):
    """(context, exchange, routing key) of all queues but history's; bindings between exchanges are left out."""
    definitions = tree.text(DEFINED).replace("@HISTORY_BYTES@", "0")
    return {(one["destination"].removeprefix("q."), one["source"], one["routing_key"])
            for one in json.loads(definitions)["bindings"]
            if one["destination_type"] == "queue" and one["destination"] != "history"}


def is_bound(bindings, queue, exchange, key):
    return any(to == queue and source == exchange and
               re.fullmatch(pattern.replace(".", r"\.").replace("*", r"[^.]+").replace("#", ".*"), key)
               for to, source, pattern in bindings)


def taken(tree):
    """{context: the event constants that its worker consumes}"""
    found = {}
    for path in tree.paths("main.c", under=("workers",)):
        text = tree.text(path)
        found[CONTEXT.search(text)[1]] = set(TAKES.findall(text))
    return found


def check_readme(tree, path, takes, kinds):
    rows = table_of(tree.text(path), "events") if path in tree.paths() else None
    for line, cells in rows or ():
        constant = next((one for one, (name, *_) in kinds.items() if name == cells[0]), None)
        takers = {context for context, taken_by in takes.items() if constant in taken_by}
        if set(re.findall(r"\w+", cells[-1])) != takers:
            yield Fault(path, line, f"{cells[0]} is consumed by {', '.join(sorted(takers))}")


def check(tree):
    for one in sorted(declared(tree) ^ defined(tree)):
        yield Fault(DEFINED, 0, f"and {DECLARED}: the binding {one} is in one of them only")
    kinds = {constant: rest for constant, *rest in EVENT.findall(tree.text(EVENTS))}
    takes = taken(tree)
    for context, constants in sorted(takes.items()):
        for constant, (name, exchange, key) in kinds.items():
            arrives = is_bound(declared(tree), context, exchange, key)
            if arrives and constant not in constants:
                yield Fault(f"workers/{context}/main.c", 0, f"{name} arrives and is not consumed")
            if constant in constants and not arrives:
                yield Fault(f"workers/{context}/main.c", 0, f"{name} is consumed and never arrives")
    for path in ("README.md", "README.ko.md"):
        yield from check_readme(tree, path, takes, kinds)


if __name__ == "__main__":
    main(check, "An event goes from the outbox to each consumer by all of these; they have to agree.")
