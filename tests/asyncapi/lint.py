#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""
lint - the rules of AsyncAPI 3.0 that matter here, and the house's own, over docs/asyncapi.yaml and
docs/events.

Prints every fault with its place; exit code 1 if there is one. Each rule is a function that yields
faults, so that a rule can be added by adding it to RULES.
"""
import json
import re
import sys

import jsonschema

from events import AGGREGATES, ROOT, document, event_faults, resolve, schemas

FIELDS = {
    "document": {"asyncapi", "id", "info", "servers", "defaultContentType", "channels",
                 "operations", "components"},
    "channel": {"address", "messages", "title", "summary", "description", "servers", "parameters",
                "tags", "externalDocs", "bindings"},
    "operation": {"action", "channel", "title", "summary", "description", "security", "tags",
                  "externalDocs", "bindings", "traits", "messages", "reply"},
    "message": {"headers", "payload", "correlationId", "contentType", "name", "title", "summary",
                "description", "tags", "externalDocs", "bindings", "examples", "traits"},
}
SCHEMA_FORMAT = "application/schema+json;version=2020-12"
FOR_OTHERS = "events"  # the exchange for programs of others


def walk(node, place="#"):
    """Yields every (place, object)."""
    if isinstance(node, dict):
        yield place, node
        for key, value in node.items():
            yield from walk(value, f"{place}/{str(key).replace('~', '~0').replace('/', '~1')}")
    elif isinstance(node, list):
        for i, value in enumerate(node):
            yield from walk(value, f"{place}/{i}")


def lead_of(node, ref, root):
    """The target of a reference, in root or a file of docs/events. Raises KeyError, TypeError."""
    path, _, pointer = ref.partition("#")
    node = root if not path else schemas()[path.removeprefix("events/")]
    for part in pointer.split("/")[1:]:
        node = node[part.replace("~1", "/").replace("~0", "~")]
    return node


def refs_resolve(root, files):
    for name, document_or_schema in [("asyncapi.yaml", root), *files.items()]:
        for place, node in walk(document_or_schema):
            if isinstance(node.get("$ref"), str) and "/examples" not in place:
                try:
                    lead_of(node, node["$ref"], document_or_schema)
                except (KeyError, TypeError):
                    yield f"{name}{place}: {node['$ref']} leads nowhere"


def version_is_30(root, _):
    if root.get("asyncapi") != "3.0.0":
        yield f"#/asyncapi: {root.get('asyncapi')} is not 3.0.0"
    for name in ("title", "version", "description"):
        if not root["info"].get(name):
            yield f"#/info: no {name}"


def fields_are_known(root, _):
    parts = [("document", "#", root)]
    parts += [("channel", name, one) for name, one in root["channels"].items()]
    parts += [("operation", name, one) for name, one in root["operations"].items()]
    parts += [("message", name, one) for name, one in root["components"]["messages"].items()]
    for kind, place, node in parts:
        for field in sorted(set(node) - FIELDS[kind]):
            if not field.startswith("x-"):
                yield f"{place}: a {kind} has no field {field!r}"


def components_are_used(root, _):
    used = {node["$ref"] for _, node in walk(root) if isinstance(node.get("$ref"), str)}
    for kind, components in root["components"].items():
        for name in components:
            if f"#/components/{kind}/{name}" not in used:
                yield f"#/components/{kind}/{name}: nothing uses it"


def channels_are_whole(root, _):
    for name, channel in root["channels"].items():
        for field in ("address", "title", "servers", "messages", "bindings"):
            if not channel.get(field):
                yield f"{name}: no {field}"
        for key, message in channel.get("messages", {}).items():
            if message.get("$ref") != f"#/components/messages/{key}":
                yield f"{name}: its message {key} is {message.get('$ref')}"
        amqp = resolve(root, channel.get("bindings", {})).get("amqp", {})
        if amqp.get("is") not in ("routingKey", "queue") or \
                (amqp["is"] == "queue" and amqp["queue"]["name"] != channel["address"]):
            yield f"{name}: its binding does not say what it is"


def operations_are_whole(root, _):
    used = set()
    for name, operation in root["operations"].items():
        channel = operation.get("channel", {}).get("$ref", "")
        used.add(channel)
        is_queue = resolve(root, resolve(root, operation["channel"])["bindings"])["amqp"]["is"] == "queue"
        if operation.get("action") != ("receive" if is_queue else "send"):
            yield f"{name}: its action is {operation.get('action')}"
        if not operation.get("summary", "").endswith("."):
            yield f"{name}: no summary, or not a sentence"
        for message in operation.get("messages", []):
            if not message["$ref"].startswith(channel + "/messages/"):
                yield f"{name}: {message['$ref']} is not of its channel"
    for name in root["channels"]:
        if f"#/channels/{name}" not in used:
            yield f"{name}: no operation uses it"


def messages_are_whole(root, files):
    for name, message in root["components"]["messages"].items():
        wanted = {"schemaFormat": SCHEMA_FORMAT, "schema": {"$ref": f"events/{name}.json"}}
        if message.get("payload") != wanted:
            yield f"{name}: its payload is {message.get('payload')}"
        if message.get("name") != name or message["bindings"]["amqp"]["messageType"] != name:
            yield f"{name}: is called otherwise in itself"
        if message.get("contentType") != root["defaultContentType"]:
            yield f"{name}: its content type is {message.get('contentType')}"
    shared = {"cloudevent.json", "properties.json", *AGGREGATES.values()}
    events = {f"{name}.json" for name in root["components"]["messages"]}
    for name in sorted(set(files) ^ (shared | events)):
        yield f"events/{name}: a schema without a message, or a message without a schema"


def schemas_are_valid(_, files):
    for name, schema in files.items():
        if schema.get("$schema") != "https://json-schema.org/draft/2020-12/schema":
            yield f"events/{name}: is not of 2020-12"
        try:
            jsonschema.Draft202012Validator.check_schema(schema)
        except jsonschema.SchemaError as error:
            yield f"events/{name}: {error.json_path}: {error.message}"
        if not schema.get("title"):
            yield f"events/{name}: no title"
        for place, node in walk(schema):
            properties = node.get("properties", {}) if "/properties" not in place[-11:] else {}
            for member in set(node.get("required", ())) - set(properties):
                if "type" in node and isinstance(node["type"], str):
                    yield f"events/{name}{place}: requires {member}, which it does not describe"


def examples_are_valid(root, files):
    for name in root["components"]["messages"]:
        examples = files.get(f"{name}.json", {}).get("examples")
        if not examples:
            yield f"events/{name}.json: no example"
        for example in examples or ():
            for fault in event_faults(example):
                yield f"events/{name}.json: its example: {fault}"


def broker_agrees(root, _):
    """The document's exchanges, queues and bindings are those of the broker."""
    told = {"exchanges": set(), "queues": set(), "bindings": set()}
    for channel in root["channels"].values():
        amqp = resolve(root, channel["bindings"])["amqp"]
        if amqp["is"] == "routingKey":
            exchange = amqp["exchange"]
            told["exchanges"].add((exchange["name"], exchange["type"], exchange["durable"]))
            continue
        queue = amqp["queue"]
        told["queues"].add((queue["name"], queue["durable"], channel["x-queue-type"]))
        if "x-dead-letters" in channel:
            told["queues"].add((channel["x-dead-letters"], queue["durable"], channel["x-queue-type"]))
        told["bindings"] |= {(one["exchange"], queue["name"], one["routingKey"])
                             for one in channel["x-bound-to"]}
    given = definitions()
    there = {
        # marks in history are no events; nothing is published to the exchange events
        "exchanges": {(one["name"], one["type"], one["durable"]) for one in given["exchanges"]
                      if one["name"] not in ("marks", FOR_OTHERS)},
        "queues": {(one["name"], one["durable"], one["arguments"]["x-queue-type"])
                   for one in given["queues"]},
        "bindings": {(one["source"], one["destination"], one["routing_key"])
                     for one in given["bindings"] if one["destination_type"] == "queue"}}
    for kind, found in told.items():
        for one in sorted(found ^ there[kind]):
            where = "the document" if one in found else "ops/broker/definitions.json.in"
            yield f"{kind}: {one} is in {where} only"


def definitions():
    """The definitions of the broker."""
    text = (ROOT / "ops" / "broker" / "definitions.json.in").read_text("utf-8")
    return json.loads(text.replace("@HISTORY_BYTES@", "0"))


def others_are_told_all(root, _):
    """The exchange for others gets all events, and no queue has its name, as rights are by name."""
    given = definitions()
    if (FOR_OTHERS, "topic", True) not in {(one["name"], one["type"], one["durable"])
                                           for one in given["exchanges"]}:
        yield f"{FOR_OTHERS}: ops/broker/definitions.json.in has no durable topic exchange of this name"
    wanted = {(exchange, FOR_OTHERS, "#") for _, exchange, _ in published(root)}
    there = {(one["source"], one["destination"], one["routing_key"])
             for one in given["bindings"] if one["destination_type"] == "exchange"}
    for one in sorted(wanted ^ there):
        yield f"{FOR_OTHERS}: {one} is {'missing' if one in wanted else 'too much'} between exchanges"
    for name, channel in root["channels"].items():
        amqp = resolve(root, channel["bindings"])["amqp"]
        if amqp["is"] == "queue" and amqp["queue"]["name"] == FOR_OTHERS:
            yield f"{name}: a queue called {FOR_OTHERS} could be read by all who follow that exchange"


def queues_name_what_arrives(root, _):
    for name, channel in root["channels"].items():
        arrives = {event for event, exchange, key in published(root)
                   for bound in channel.get("x-bound-to", ())
                   if bound["exchange"] == exchange and key_matches(bound["routingKey"], key)}
        if "x-bound-to" in channel and arrives != set(channel["messages"]):
            odd = sorted(arrives ^ set(channel["messages"]))
            yield f"{name}: {odd} arrive and are not named, or the other way round"


def published(root):
    """Yields (event, exchange, routing key) of all published events."""
    for name, channel in root["channels"].items():
        amqp = resolve(root, channel["bindings"])["amqp"]
        if "exchange" in amqp:
            yield name, amqp["exchange"]["name"], channel["address"]


def key_matches(pattern, key):
    expression = re.escape(pattern).replace(r"\*", "[^.]+").replace(r"\#", ".*")
    return re.fullmatch(expression, key) is not None


KIND = re.compile(r'\[EVENT_\w+\] = \{"(\w+)", "(\w+)", "([\w.]+)"')


def code_agrees(root, _):
    """The table of types in the code: the same names, exchanges and routing keys."""
    code = set(KIND.findall((ROOT / "lib" / "domain" / "event.c").read_text("utf-8")))
    told = set(published(root))
    for one in sorted(code ^ told):
        yield f"{one} is in {'the document' if one in told else 'lib/domain/event.c'} only"


FOUNDATION = (version_is_30, refs_resolve)
RULES = (fields_are_known, components_are_used, channels_are_whole, operations_are_whole,
         messages_are_whole, schemas_are_valid, examples_are_valid, broker_agrees,
         others_are_told_all, queues_name_what_arrives, code_agrees)


def lint(root, files):
    """Every fault of the document and its schemas, as sentences."""
    return broken(root, files, FOUNDATION) or broken(root, files, RULES)


def broken(root, files, rules):
    return sorted({fault for rule in rules for fault in rule(root, files)})


def main():
    faults = lint(document(), schemas())
    for fault in faults:
        print(fault)
    print(f"{len(document()['operations'])} operations, {len(schemas())} schemas, "
          f"{len(FOUNDATION + RULES)} rules, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
