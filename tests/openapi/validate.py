# SPDX-License-Identifier: MIT
"""
validate - whether an answer is what docs/openapi.yaml promises.

    from validate import validate_exchange
    validate_exchange("POST", "/books", 201, response.headers, response.content)

raises ContractBroken, an AssertionError, with every breach. It checks that the operation promises
the status, then the content type, the headers and the body. What no operation has is judged by the
rules of the document's introduction: another path is 404, another method 405 with Allow, HEAD is GET
without a body, OPTIONS is 204 with Allow.
"""
import json
import re
import urllib.parse

import yaml

from document import StrictLoader, document, find_path, resolve, schema_errors

PROBLEM = {"$ref": "#/components/schemas/Problem"}
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# The statuses that nginx may answer for any path.
BEFORE_THE_PATH = (400, 403, 413, 414, 417, 421, 429, 501, 502, 503, 504, 505)
# Those that the introduction of the document describes for all operations.
OF_HTTP = {417: "expectation-failed", 501: "not-implemented", 505: "http-version-not-supported"}


class ContractBroken(AssertionError):
    """A response that the document does not allow."""


def validate_exchange(method, path, status, headers, body_bytes, listener="public"):
    """
    Checks one answer. path may have a query; headers is a mapping or a list of pairs; body_bytes is
    the body as it came. On the public listener the internal operations do not exist. Returns the
    body: parsed if it is JSON, else None.
    """
    method = method.upper()
    path = urllib.parse.unquote(path.split("?")[0])
    pairs = headers.items() if hasattr(headers, "items") else headers
    answer = Answer(status, {str(k).lower(): str(v) for k, v in pairs}, bytes(body_bytes or b""))
    _judge(answer, method, path, listener)
    if answer.errors:
        lines = "\n  ".join(answer.errors)
        shown = answer.body[:2000].decode("utf-8", "replace")
        raise ContractBroken(f"{method} {path} -> {status}\n  {lines}\n  body: {shown}")
    return answer.json


class Answer:
    """A response being validated; errors collects its faults."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        self.errors, self.json = [], None
        self.type = headers.get("content-type", "").split(";")[0].strip().lower()
        if self.type.endswith("json"):
            self._parse()

    def _parse(self):
        if not self.body:
            return
        try:
            self.json = json.loads(self.body, object_pairs_hook=self._unique,
                                   parse_constant=lambda name: self.errors.append(f"{name} in JSON"))
        except ValueError as error:
            self.errors.append(f"the body is not JSON: {error}")

    def _unique(self, pairs):
        names = [name for name, _ in pairs]
        if len(set(names)) != len(names):
            self.errors.append(f"duplicate members: {names}")
        return dict(pairs)


def _judge(answer, method, path, listener):
    root = document()
    template = find_path(root, path)
    methods = _methods(root, template, listener)
    _check_always(answer, method)
    if not methods:
        _expect_problem(answer, {404: "not-found"})
    elif method == "OPTIONS" and answer.status == 204:
        _check_allow(answer, methods)
    elif method == "OPTIONS" or answer.status in OF_HTTP:
        _expect_problem(answer, OF_HTTP)
    elif method not in methods:
        _check_allow(answer, methods)
        _expect_problem(answer, {405: "method-not-allowed"})
    else:
        verb = "get" if method == "HEAD" else method.lower()
        _check_operation(root, answer, root["paths"][template][verb], method)


def _methods(root, template, listener):
    """The methods of a path, as in Allow; empty if there is no such path."""
    if template is None:
        return set()
    operations = {method.upper(): operation
                  for method, operation in root["paths"][template].items()
                  if method != "parameters"
                  and (listener == "internal" or "internal" not in operation["tags"])}
    methods = set(operations)
    if "GET" in methods:
        methods.add("HEAD")
    if methods:
        methods.add("OPTIONS")
    return methods


def _check_always(answer, method):
    request_id = answer.headers.get("x-request-id", "")
    if not REQUEST_ID.fullmatch(request_id):
        answer.errors.append(f"X-Request-Id is {request_id!r}")
    length = answer.headers.get("content-length")
    if method != "HEAD" and length is not None and int(length) != len(answer.body):
        answer.errors.append(f"Content-Length is {length}, the body has {len(answer.body)} bytes")
    if answer.type == "application/problem+json" and isinstance(answer.json, dict):
        if answer.json.get("status") != answer.status:
            answer.errors.append(f"the problem says status {answer.json.get('status')}")


def _check_allow(answer, methods):
    allow = {name.strip() for name in answer.headers.get("allow", "").split(",")}
    if allow != methods and answer.status in (204, 405):
        answer.errors.append(f"Allow is {sorted(allow)}, the document has {sorted(methods)}")


def _expect_problem(answer, slugs):
    """Checks a problem that no operation documents: only these statuses, or nginx's own."""
    if answer.status not in slugs and answer.status not in BEFORE_THE_PATH:
        answer.errors.append(f"expected one of {sorted(slugs)}")
    if answer.type != "application/problem+json":
        answer.errors.append(f"an error of type {answer.type!r}")
    elif answer.json is not None:
        answer.errors += schema_errors(document(), PROBLEM, answer.json)
        slug = slugs.get(answer.status)
        if slug and answer.json.get("type") != f"/problems/{slug}":
            answer.errors.append(f"the type is {answer.json.get('type')}, not {slug}")


def _check_operation(root, answer, operation, method):
    response = operation["responses"].get(str(answer.status))
    if response is None:
        answer.errors.append(f"{operation['operationId']} promises only "
                             f"{', '.join(operation['responses'])}")
        return
    response = resolve(root, response)
    _check_headers(root, answer, response)
    if method != "HEAD":
        _check_body(root, answer, response)


def _check_headers(root, answer, response):
    for name, header in response.get("headers", {}).items():
        header = resolve(root, header)
        value = answer.headers.get(name.lower())
        if value is None:
            if header.get("required"):
                answer.errors.append(f"the header {name} is missing")
            continue
        answer.errors += [f"{name}: {error}"
                          for error in schema_errors(root, header["schema"], value)]


def _check_body(root, answer, response):
    content = response.get("content", {})
    if not content:
        if answer.body:
            answer.errors.append("a body where none is promised")
        return
    if answer.type not in content:
        answer.errors.append(f"the content type is {answer.type!r}, not {list(content)}")
        return
    answer.errors += schema_errors(root, content[answer.type]["schema"], _value(answer))


def _value(answer):
    """The body as a schema sees it."""
    if answer.type.endswith("json"):
        return answer.json
    if answer.type.endswith("yaml"):
        return yaml.load(answer.body, StrictLoader)
    return answer.body.decode("utf-8")
