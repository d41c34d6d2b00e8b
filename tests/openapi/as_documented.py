# SPDX-License-Identifier: MIT
"""as_documented - what schemathesis loads (generated.py): requests that are about something, and a check of answers.

Numbers that schemathesis makes up name nothing. So most of them become those of DOCUMENTED_KNOWN, JSON:
{"rooms": id, ..., "stay": {"startDate", "endDate"}}, and most requests lose what hardly ever fits:
conditions, and the numbers of those for whom an operator looks. DOCUMENTED_SEEN is the file that notes each answer.
"""

import json
import os

import schemathesis

from document import document, find_path
from validate import validate_exchange

KNOWN = json.loads(os.environ["DOCUMENTED_KNOWN"])


def is_one_of(digits, made_up):
    """Whether it ends so: a choice that is the same in each run."""
    return str(made_up)[-1:] in tuple(digits)


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    context_name = context.operation.path.split("/")[1]
    for name in ("id", "bookId"):
        if name in (path_parameters or {}) and context_name in KNOWN and is_one_of("01245689", path_parameters[name]):
            path_parameters[name] = KNOWN[context_name]
    return path_parameters


@schemathesis.hook
def map_headers(_context, headers):
    if headers and is_one_of("0123456", sum(map(len, map(str, headers.values())))):
        for name in ("If-Match", "If-None-Match"):
            headers.pop(name, None)
    return headers


@schemathesis.hook
def map_query(_context, query):
    if query and is_one_of("0123456", sum(map(len, map(str, query.values())))):
        for name in ("guestId", "hostId", "recipientId", "role"):
            query.pop(name, None)
    return query


@schemathesis.hook
def map_body(context, body):
    if isinstance(body, dict) and "roomId" in body and is_one_of("01245689", body["roomId"]):
        return {**body, "roomId": KNOWN["rooms"], **KNOWN["stay"]}
    return body


@schemathesis.check
def as_documented(_context, response, _case):
    """The project's own check, which holds more against the document than schemathesis does."""
    asked = response.request
    headers = {name: value[0] if isinstance(value, list) else value for name, value in response.headers.items()}
    with open(os.environ["DOCUMENTED_SEEN"], "a", encoding="ascii") as seen:
        template = find_path(document(), asked.path_url.split("?")[0])
        seen.write(f"{asked.method} {template} {response.status_code}\n")
    validate_exchange(asked.method, asked.path_url, response.status_code, headers, response.content)
