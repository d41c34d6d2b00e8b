#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The lint and the checks of events find one planted fault each."""
import copy
import json
import types
import unittest

from events import document, event_faults, message_faults, schemas
from lint import lint


def put(value, *path):
    def plant(root, files):
        node = files if path[0].endswith(".json") else root
        for key in path[:-1]:
            node = node[key]
        node[path[-1]] = value
    return plant


def drop(*path):
    def plant(root, files):
        node = files if path[0].endswith(".json") else root
        for key in path[:-1]:
            node = node[key]
        del node[path[-1]]
    return plant


PLANTED = {
    "is not 3.0.0": put("2.6.0", "asyncapi"),
    "leads nowhere": put("events/Bucht.json", "components", "messages", "Booked", "payload",
                         "schema", "$ref"),
    "#/$defs/nothing leads nowhere": put("cloudevent.json#/$defs/nothing", "room.json",
                                         "properties", "id", "$ref"),
    "has no field 'colour'": put("red", "channels", "Booked", "colour"),
    "nothing uses it": put({}, "components", "messages", "Lonely"),
    "no title": drop("channels", "Booked", "title"),
    "its message Booked is": put({"$ref": "#/components/messages/BookExpired"},
                                 "channels", "Booked", "messages", "Booked"),
    "its action is": put("receive", "operations", "publishBooked", "action"),
    "no operation uses it": drop("operations", "readHistory"),
    "is not of its channel": put([{"$ref": "#/channels/BookExpired/messages/BookExpired"}],
                                 "operations", "publishBooked", "messages"),
    "is called otherwise": put("Bucked", "components", "messages", "Booked", "name"),
    "its content type": put("text/plain", "components", "messages", "Booked", "contentType"),
    "a schema without a message": put({"title": "x"}, "Lonely.json"),
    "requires colour": put(["colour"], "room.json", "required"),
    "no example": drop("Booked.json", "examples"),
    "its example": put("soon", "Booked.json", "examples", 0, "time"),
    "queues: ('q.mypage', True, 'stream')": put("stream", "channels", "queue-mypage", "x-queue-type"),
    "bindings: ('book', 'q.pay', 'book.canceled')": put([], "channels", "queue-pay", "x-bound-to"),
    "exchanges: ('room', 'fanout', True)": put("fanout", "components", "channelBindings", "room",
                                              "amqp", "exchange", "type"),
    "('bill', 'events', '#') is missing": put("bill", "components", "channelBindings", "pay", "amqp",
                                              "exchange", "name"),
    "('pay', 'events', '#') is too much": put("bill", "components", "channelBindings", "pay", "amqp",
                                              "exchange", "name"),
    "a queue called events": put("events", "channels", "queue-room", "bindings", "amqp", "queue", "name"),
    "arrive and are not named": drop("channels", "queue-mypage", "messages", "Booked"),
    "is in the document only": put("book.backed", "channels", "Booked", "address"),
}


class Lint(unittest.TestCase):
    def test_the_document_has_no_fault(self):
        self.assertEqual(lint(document(), schemas()), [])

    def test_every_planted_fault_is_named(self):
        for words, plant in PLANTED.items():
            with self.subTest(words):
                root, files = copy.deepcopy(document()), copy.deepcopy(schemas())
                plant(root, files)
                faults = lint(root, files)
                self.assertTrue(any(words in fault for fault in faults), faults)


class Messages(unittest.TestCase):
    def setUp(self):
        self.event = copy.deepcopy(schemas()["Booked.json"]["examples"][0])
        self.way = ["book", "book.booked"]
        self.properties = types.SimpleNamespace(
            content_type="application/cloudevents+json", message_id=self.event["id"], type="Booked",
            correlation_id="17", app_id="book", timestamp=1809478984, delivery_mode=2)

    def faults(self):
        return message_faults(*self.way, self.properties, json.dumps(self.event).encode())

    def broken(self, words):
        self.assertTrue(any(words in fault for fault in self.faults()), self.faults())

    def test_documented_events_pass(self):
        self.assertEqual(self.faults(), [])

    def test_a_body_that_is_no_json_is_found(self):
        self.assertIn("not JSON", message_faults(*self.way, self.properties, b"{")[0])

    def test_an_unknown_type_is_found(self):
        self.event["type"] = "hotel.Bucked.v1"
        self.broken("knows no type")

    def test_undocumented_members_are_found(self):
        for node in (self.event, self.event["data"], self.event["data"]["contact"]):
            with self.subTest(list(node)):
                node["colour"] = "red"
                self.broken("colour")
                del node["colour"]

    def test_a_wrong_state_is_found(self):
        self.event["data"]["status"] = "Expired"
        self.broken("Booked")

    def test_an_envelope_that_contradicts_its_data_is_found(self):
        for name, value in (("sequence", "7"), ("subject", "books/18"), ("correlationid", "18")):
            with self.subTest(name):
                right, self.event[name] = self.event[name], value
                self.broken(f"{name} is")
                self.event[name] = right

    def test_a_room_belongs_to_no_booking(self):
        room = copy.deepcopy(schemas()["RoomChanged.json"]["examples"][0])
        self.assertEqual(event_faults(room), [])
        self.assertTrue(event_faults({**room, "correlationid": "17"}))

    def test_wrong_properties_are_found(self):
        wrong = {"content_type": "text/plain", "message_id": "x", "type": "BookExpired",
                 "correlation_id": "18", "app_id": "pay", "timestamp": None, "delivery_mode": 1}
        for name, value in wrong.items():
            with self.subTest(name):
                right = getattr(self.properties, name)
                setattr(self.properties, name, value)
                self.assertTrue(self.faults())
                setattr(self.properties, name, right)

    def test_a_wrong_exchange_or_routing_key_is_found(self):
        self.way[1] = "book.expired"
        self.broken("came by")


if __name__ == "__main__":
    unittest.main()
