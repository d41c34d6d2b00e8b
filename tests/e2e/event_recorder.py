# SPDX-License-Identifier: MIT
"""A consumer that records every event of a system and compares it with docs/asyncapi.yaml."""

import contextlib
import hashlib
import json
import threading

import pika

from broker import OWN_MESSAGES
from events import message_faults  # of tests/asyncapi
from waiting import eventually

NAME = "recorder"
RETRY_S = 0.3
HISTORY_IDLE_S = 2.0


class EventRecorder:
    """Records in a thread of its own, through every restart of the broker. check() compares the events
    in the thread that calls it, so that no scenario is slowed down."""

    def __init__(self, hotel):
        self.hotel = hotel
        self.recorded = []  # (exchange, key, properties, body), appended by the thread
        self.ids = set()
        self.right = set()  # digests of events that were compared
        self.stopping = threading.Event()
        hotel.command("consumer", "add", NAME)
        login = (hotel.state / "consumers" / NAME).read_text().strip()
        self.parameters = pika.URLParameters(login.removeprefix("AMQP_URL="))
        # The queue has to exist before the first event.
        with pika.BlockingConnection(self.parameters) as connection:
            self.declare(connection.channel())
        self.thread = threading.Thread(target=self.record, daemon=True)
        self.thread.start()

    def declare(self, channel):
        channel.queue_declare(NAME, durable=True, arguments={"x-queue-type": "quorum"})
        channel.queue_bind(NAME, "events", "#")

    def record(self):
        while not self.stopping.is_set():
            try:
                with pika.BlockingConnection(self.parameters) as connection:
                    self.take(connection.channel())
            except (pika.exceptions.AMQPError, OSError):
                self.stopping.wait(RETRY_S)

    def take(self, channel):
        self.declare(channel)
        channel.basic_qos(prefetch_count=500)
        for method, properties, body in channel.consume(NAME, inactivity_timeout=RETRY_S):
            if self.stopping.is_set():
                return
            if method is not None:
                self.recorded.append((method.exchange, method.routing_key, properties, body))
                channel.basic_ack(method.delivery_tag)

    def check(self):
        """All events recorded so far are as documented."""
        recorded, self.recorded = self.recorded, []
        self.ids |= {properties.message_id for _, _, properties, _ in recorded}
        faults = [fault for message in recorded for fault in self.faults(message)]
        assert not faults, f"{len(faults)} faults of docs/asyncapi.yaml: {faults[:5]}"

    def faults(self, message):
        exchange, key, properties, body = message
        content = (exchange, key, properties.message_id, properties.type, body)
        digest = hashlib.sha256(repr(content).encode()).digest()
        if body in OWN_MESSAGES or digest in self.right:
            return []
        faults = [f"{fault}: {body[:300]!r}" for fault in message_faults(*message)]
        if not faults:
            self.right.add(digest)
        return faults

    def history(self):
        """All events of the stream, without the marks that workers write into it."""
        found = []
        connection = pika.BlockingConnection(self.parameters)
        channel = connection.channel()
        channel.basic_qos(prefetch_count=500)
        for method, properties, body in channel.consume(
            "history", arguments={"x-stream-offset": "first"}, inactivity_timeout=HISTORY_IDLE_S
        ):
            if method is None:
                break
            found.append((method.exchange, method.routing_key, properties, body))
            channel.basic_ack(method.delivery_tag)
        # pika rejects prefetched messages on close, and a stream accepts no rejects
        with contextlib.suppress(pika.exceptions.ConnectionClosedByBroker):
            connection.close()
        return [message for message in found if message[2].type != "mark"]

    def check_history(self):
        """All events of history are as documented, and each was recorded."""

        def all_are_recorded():
            history = self.history()
            self.check()
            missing = {one[2].message_id for one in history if one[3] not in OWN_MESSAGES} - self.ids
            assert not missing, f"{len(missing)} of {len(history)} events were not recorded: {missing}"
            return (history,)  # there may be nothing in it

        (history,) = eventually(all_are_recorded, what="all of history is recorded")
        faults = [fault for message in history for fault in self.faults(message)]
        assert not faults, f"{len(faults)} faults in history: {faults[:5]}"
        return {json.loads(body)["type"] for _, _, _, body in history if body not in OWN_MESSAGES}

    def stop(self):
        self.stopping.set()
        self.thread.join(timeout=10.0)
        assert not self.thread.is_alive(), "the recorder does not end"
