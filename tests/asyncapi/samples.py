#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""
samples - what the product writes is what docs/events describes, and what is described it reads.

    samples.py EVENT_SAMPLES    the program of event_samples.c
"""
import json
import subprocess
import sys

from events import document, event_faults, schemas, short_name


NEW = {"keyVersion", "language"}  # events of versions before do not have it


def run(program, *arguments, given=None):
    return subprocess.run([program, *arguments], input=given, check=True, capture_output=True,
                          text=True, timeout=30).stdout.splitlines()


def written_faults(lines):
    """The faults of the product's events against the document."""
    events = [json.loads(line) for line in lines]
    for event in events:
        for fault in event_faults(event):
            yield f"{event['type']} as it is written: {fault}"
    told = set(document()["components"]["messages"])
    for name in sorted(told ^ {short_name(event) for event in events}):
        yield f"{name} is either not written or not described"


def described():
    """(line for event_read, expected output): the examples, with members added or one removed."""
    for name in document()["components"]["messages"]:
        for example in schemas()[f"{name}.json"]["examples"]:
            yield json.dumps(example), name
            yield json.dumps({**example, "added": 1, "data": {**example["data"], "added": {}}}), name
            for member in schemas()["cloudevent.json"]["required"]:
                yield json.dumps({k: v for k, v in example.items() if k != member}), "poison"
            for member in example["data"]:
                if member != "nights":  # follows from the dates; no consumer needs it
                    data = {k: v for k, v in example["data"].items() if k != member}
                    yield json.dumps({**example, "data": data}), name if member in NEW else "poison"


def read_faults(program):
    """Where the product's reader and the document differ."""
    cases = list(described())
    said = run(program, "--read", given="".join(line + "\n" for line, _ in cases))
    for (line, wanted), found in zip(cases, said, strict=True):
        if found != wanted:
            yield f"read as {found}, not {wanted}: {line}"


def main(program):
    faults = [*written_faults(run(program)), *read_faults(program)]
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
