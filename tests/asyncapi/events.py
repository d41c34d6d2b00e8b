# SPDX-License-Identifier: MIT
"""events - docs/asyncapi.yaml and docs/events/*.json as Python objects, and the faults of a message against them."""
import functools
import json
import pathlib
import sys

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests" / "openapi"))

import document as yaml_document  # noqa: E402  (it needs the path above)

PATH = ROOT / "docs" / "asyncapi.yaml"
FOLDER = ROOT / "docs" / "events"
BASE = "https://hotel.invalid/events/"  # the base of references between schemas; nothing is fetched
AGGREGATES = {"/room": "room.json", "/book": "book.json", "/pay": "payment.json"}
PROPERTIES = ("content_type", "message_id", "type", "correlation_id", "app_id", "timestamp",
              "delivery_mode")


@functools.lru_cache(maxsize=None)
def document():
    return yaml_document.read(PATH)


@functools.lru_cache(maxsize=None)
def schemas():
    """{file name: schema} of docs/events."""
    return {path.name: json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.json")}


@functools.lru_cache(maxsize=None)
def _validator(name, closed):
    """Validates by a schema file; closed: members that no schema names are faults, too."""
    store = {BASE + file: schema for file, schema in schemas().items()}
    resolver = jsonschema.RefResolver(BASE, None, store=store)
    schema = {"$ref": name, **({"unevaluatedProperties": False} if closed else {})}
    return jsonschema.Draft202012Validator(
        schema, resolver=resolver, format_checker=yaml_document.FORMATS)


def faults_of(name, value, closed=True):
    """The faults of a value against docs/events/<name>, as sentences."""
    return [f"{name}: {error.json_path}: {error.message}"
            for error in _validator(name, closed).iter_errors(value)]


def short_name(event):
    return str(event.get("type", "")).removeprefix("hotel.").removesuffix(".v1")


def event_faults(event):
    """The faults of an event against the document; members that it does not name are faults."""
    name = f"{short_name(event)}.json"
    if name not in schemas():
        return [f"the document knows no type {event.get('type')!r}"]
    faults = faults_of(name, event)
    if not faults:
        data = event["data"]
        faults += faults_of(AGGREGATES[event["source"]], data)
        faults += faults_of("book.json#/$defs/contact", data["contact"]) if "contact" in data else []
        faults += data_faults(event, data)
    return faults


def data_faults(event, data):
    """What a schema cannot express: envelope and aggregate agree."""
    book = data.get("bookId", data["id"]) if event["source"] != "/room" else None
    wanted = {"sequence": str(data["version"]), "subject": f"{event['subject'].split('/')[0]}/{data['id']}",
              "correlationid": None if book is None else str(book)}
    return [f"{name} is {event.get(name)!r}, not {value!r}"
            for name, value in wanted.items() if event.get(name) != value]


def message_faults(exchange, routing_key, properties, body):
    """The faults of a message: exchange and routing key, AMQP properties (of pika), body."""
    try:
        event = json.loads(body)
    except ValueError as error:
        return [f"the body is not JSON: {error}"]
    faults = event_faults(event)
    if faults:
        return faults
    name = short_name(event)
    channel = document()["channels"][name]
    given = {key: getattr(properties, key) for key in PROPERTIES
             if getattr(properties, key) is not None}
    faults = faults_of("properties.json", given)
    wanted = {"message_id": event["id"], "type": name, "app_id": event["source"][1:],
              "correlation_id": event.get("correlationid")}
    faults += [f"{key} is {given.get(key)!r}, not {value!r}" for key, value in wanted.items()
               if given.get(key) != value]
    way = (resolve(document(), channel["bindings"])["amqp"]["exchange"]["name"], channel["address"])
    if (exchange, routing_key) != way:
        faults.append(f"{name} came by {exchange} {routing_key}, not {way}")
    return faults


def resolve(root, node):
    """Follows a reference within the document root."""
    return yaml_document.resolve(root, node)
