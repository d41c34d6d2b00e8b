# SPDX-License-Identifier: MIT
"""document - docs/openapi.yaml as Python objects, with its references resolved."""
import datetime
import functools
import pathlib
import re

import jsonschema
import yaml

PATH = pathlib.Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class StrictLoader(yaml.SafeLoader):
    """YAML that refuses duplicate keys and reads a date as a text."""


def _mapping(loader, node, deep=False):
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
    double = {key for key in keys if keys.count(key) > 1}
    if double:
        raise yaml.constructor.ConstructorError(
            None, None, f"{sorted(double)} stand twice", node.start_mark)
    return yaml.SafeLoader.construct_mapping(loader, node, deep)


StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}


def read(path=PATH):
    with open(path, encoding="utf-8") as file:
        return yaml.load(file, StrictLoader)


@functools.lru_cache(maxsize=None)
def document():
    return read()


def resolve(root, node):
    """Follows local $refs until there is none; KeyError for a dangling one."""
    while isinstance(node, dict) and "$ref" in node:
        ref = node["$ref"]
        if not ref.startswith("#/"):
            raise KeyError(f"{ref} is not in this document")
        node = root
        for part in ref[2:].split("/"):
            node = node[part.replace("~1", "/").replace("~0", "~")]
    return node


def operations(root):
    """Yields (path, method, path item, operation)."""
    for path, item in root["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item, item[method]


def parameters(root, item, operation):
    """The operation's parameters, those of the path first."""
    both = item.get("parameters", []) + operation.get("parameters", [])
    return [resolve(root, parameter) for parameter in both]


FORMATS = jsonschema.FormatChecker(formats=())


@FORMATS.checks("date", raises=ValueError)
def _is_date(value):
    return not isinstance(value, str) or bool(datetime.date.fromisoformat(value))


@FORMATS.checks("date-time", raises=ValueError)
def _is_instant(value):
    if not isinstance(value, str):
        return True
    return bool(datetime.datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ"))


def schema_errors(root, schema, value):
    """The violations of a schema by a value, as sentences; empty if it is valid."""
    resolver = jsonschema.RefResolver.from_schema(root)
    validator = jsonschema.Draft202012Validator(schema, resolver=resolver, format_checker=FORMATS)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def template_matches(template, path):
    pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template))
    return re.fullmatch(pattern, path) is not None


def find_path(root, path):
    """The template of a path, the more literal one first; None if no template matches."""
    matching = [template for template in root["paths"] if template_matches(template, path)]
    return min(matching, key=lambda template: template.count("{"), default=None)
