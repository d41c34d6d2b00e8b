#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""
lint - checks docs/openapi.yaml against rules of OpenAPI 3.1 and rules of this project.

Prints every fault with its place; exit code 1 if there is one. Each rule is a function that yields
faults, so that a rule can be added by adding it to RULES.
"""
import re
import sys

import jsonschema

from document import document, operations, parameters, resolve, schema_errors

FIELDS = {
    "document": {"openapi", "info", "servers", "paths", "components", "tags", "security"},
    "path": {"parameters", "get", "put", "post", "delete", "patch"},
    "operation": {"operationId", "tags", "summary", "description", "parameters", "requestBody",
                  "responses", "security", "deprecated"},
    "parameter": {"name", "in", "description", "required", "schema", "example"},
    "response": {"description", "headers", "content", "links"},
    "media": {"schema", "example", "examples"},
    "header": {"description", "required", "schema"},
    "body": {"description", "required", "content"},
    "components": {"schemas", "responses", "parameters", "headers", "securitySchemes"},
}


def walk(node, place="#"):
    """Yields every (place, object) of the document."""
    if isinstance(node, dict):
        yield place, node
        for key, value in node.items():
            yield from walk(value, f"{place}/{str(key).replace('~', '~0').replace('/', '~1')}")
    elif isinstance(node, list):
        for i, value in enumerate(node):
            yield from walk(value, f"{place}/{i}")


def outside_examples(root):
    return ((place, node) for place, node in walk(root) if "/example" not in place)


def refs_resolve(root):
    for place, node in outside_examples(root):
        if isinstance(node.get("$ref"), str):
            try:
                resolve(root, node)
            except (KeyError, TypeError) as error:
                yield f"{place}: $ref leads nowhere: {error}"


def components_are_used(root):
    used = {node["$ref"] for _, node in outside_examples(root) if isinstance(node.get("$ref"), str)}
    used |= {f"#/components/securitySchemes/{name}" for _, _, _, operation in operations(root)
             for need in operation.get("security", root.get("security", [])) for name in need}
    for kind, components in root["components"].items():
        for name in components:
            if f"#/components/{kind}/{name}" not in used:
                yield f"#/components/{kind}/{name}: nothing uses it"


def unknown(kind, place, node):
    for name in set(node) - FIELDS[kind] - {"$ref"}:
        if not name.startswith("x-"):
            yield f"{place}: a {kind} has no field {name!r}"


def fields_are_known(root):
    yield from unknown("document", "#", root)
    yield from unknown("components", "#/components", root["components"])
    for path, item in root["paths"].items():
        yield from unknown("path", path, item)
    for path, method, item, operation in operations(root):
        place = f"{method.upper()} {path}"
        yield from unknown("operation", place, operation)
        for parameter in parameters(root, item, operation):
            yield from unknown("parameter", place, parameter)
        body = operation.get("requestBody", {})
        yield from unknown("body", place, body)
        yield from media_fields(place, body)
        for status, response in operation.get("responses", {}).items():
            yield from response_fields(root, f"{place} {status}", resolve(root, response))


def response_fields(root, place, response):
    yield from unknown("response", place, response)
    yield from media_fields(place, response)
    for header in response.get("headers", {}).values():
        yield from unknown("header", place, resolve(root, header))


def media_fields(place, node):
    for media in node.get("content", {}).values():
        yield from unknown("media", place, media)
        if "schema" not in media:
            yield f"{place}: content without a schema"


def version_is_31(root):
    if not re.fullmatch(r"3\.1\.\d+", str(root.get("openapi"))):
        yield f"#/openapi: {root.get('openapi')} is not 3.1"
    for name in ("title", "version"):
        if not root["info"].get(name):
            yield f"#/info: no {name}"


def operations_are_whole(root):
    tags = {tag["name"] for tag in root["tags"]}
    seen = {}
    for path, method, _, operation in operations(root):
        place = f"{method.upper()} {path}"
        name = operation.get("operationId", "")
        if not re.fullmatch(r"[a-z]+(_[a-z]+)+", name):
            yield f"{place}: operationId {name!r}"
        if name in seen:
            yield f"{place}: operationId {name} is that of {seen[name]} too"
        seen[name] = place
        if not operation.get("summary", "").endswith("."):
            yield f"{place}: no summary, or not a sentence"
        if not operation.get("tags") or not set(operation["tags"]) <= tags:
            yield f"{place}: tags {operation.get('tags')}"
        if "internal" in operation.get("tags", []) and not operation.get("security"):
            yield f"{place}: internal, but needs no token"


def path_parameters_are_declared(root):
    for path, method, item, operation in operations(root):
        declared = [p for p in parameters(root, item, operation) if p.get("in") == "path"]
        named, wanted = {p["name"] for p in declared}, set(re.findall(r"\{(\w+)\}", path))
        if named != wanted:
            yield f"{method.upper()} {path}: declares {sorted(named)}, has {sorted(wanted)}"
        for parameter in declared:
            if parameter.get("required") is not True:
                yield f"{method.upper()} {path}: {parameter['name']} is not required"


def parameters_are_whole(root):
    for path, method, item, operation in operations(root):
        seen = set()
        for parameter in parameters(root, item, operation):
            place = f"{method.upper()} {path} {parameter.get('name')}"
            key = (parameter.get("in"), parameter.get("name"))
            if key in seen:
                yield f"{place}: declared twice"
            seen.add(key)
            if parameter.get("in") not in ("path", "query", "header"):
                yield f"{place}: in {parameter.get('in')!r}"
            if not parameter.get("description") or "schema" not in parameter:
                yield f"{place}: no description or no schema"


def responses_are_whole(root):
    for path, method, _, operation in operations(root):
        place = f"{method.upper()} {path}"
        responses = operation.get("responses", {})
        if not any(str(status).startswith(("2", "303")) for status in responses):
            yield f"{place}: has no response for success"
        for status, response in responses.items():
            if not isinstance(status, str) or not re.fullmatch(r"[2345]\d\d", status):
                yield f"{place}: {status!r} is not a status in quotes"
                continue
            yield from response_is_whole(root, f"{place} {status}", status, resolve(root, response))


def response_is_whole(root, place, status, response):
    if not response.get("description"):
        yield f"{place}: no description"
    if "X-Request-Id" not in response.get("headers", {}):
        yield f"{place}: no X-Request-Id"
    if status in ("429", "502", "503", "504") and "Retry-After" not in response.get("headers", {}):
        yield f"{place}: no Retry-After"
    if status == "201" and "Location" not in response.get("headers", {}):
        yield f"{place}: no Location"
    if status[0] in "45":
        content = response.get("content", {})
        if list(content) != ["application/problem+json"]:
            yield f"{place}: an error that is not a problem"
        elif not is_problem(root, content["application/problem+json"].get("schema", {})):
            yield f"{place}: its schema is not built on Problem"


def is_problem(root, schema):
    if schema.get("$ref") == "#/components/schemas/Problem":
        return True
    schema = resolve(root, schema)
    return any(is_problem(root, part) for part in schema.get("allOf", []))


def all_schemas(root):
    """Yields (place, schema) of every component and of every place where one is used."""
    for name, schema in root["components"]["schemas"].items():
        yield f"#/components/schemas/{name}", schema
    for place, node in outside_examples(root):
        if isinstance(node.get("schema"), dict) and "properties" not in place:
            yield f"{place}/schema", node["schema"]


def schemas_are_valid(root):
    for place, schema in all_schemas(root):
        try:
            jsonschema.Draft202012Validator.check_schema(schema)
        except jsonschema.SchemaError as error:
            yield f"{place}: {error.message}"


def required_members_exist(root):
    for name, schema in root["components"]["schemas"].items():
        for place, node in walk(schema, f"#/components/schemas/{name}"):
            whole = node.get("type") == "object" and "allOf" not in node
            if whole and isinstance(node.get("required"), list):
                for member in set(node["required"]) - set(node.get("properties", {})):
                    yield f"{place}: requires {member}, which it does not have"


def examples_are_valid(root):
    for place, node in outside_examples(root):
        if not isinstance(node.get("schema"), dict):
            continue
        if "example" in node:
            yield from example_faults(root, f"{place}/example", node["schema"], node["example"])
        for name, example in node.get("examples", {}).items():
            yield from example_faults(root, f"{place}/{name}", node["schema"], example["value"])


def defaults_are_valid(root):
    for place, schema in all_schemas(root):
        for below, node in walk(schema, place):
            if "default" in node:
                yield from example_faults(root, f"{below}/default", node, node["default"])


def example_faults(root, place, schema, value):
    for error in schema_errors(root, schema, value):
        yield f"{place}: {error}"


# The rules that the others rely on: if one of these fails, the others are not run.
FOUNDATION = (version_is_31, refs_resolve, schemas_are_valid)
RULES = (components_are_used, fields_are_known, operations_are_whole, path_parameters_are_declared,
         parameters_are_whole, responses_are_whole, required_members_exist, examples_are_valid,
         defaults_are_valid)


def lint(root):
    """Every fault of a document, as sentences."""
    return broken(root, FOUNDATION) or broken(root, RULES)


def broken(root, rules):
    return sorted({fault for rule in rules for fault in rule(root)})


def main():
    faults = lint(document())
    for fault in faults:
        print(fault)
    n = sum(1 for _ in operations(document()))
    print(f"{n} operations, {len(FOUNDATION + RULES)} rules, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
