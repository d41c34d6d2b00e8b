# SPDX-License-Identifier: MIT
"""The broker with the user and the rights of one of the system's programs."""

import collections
import contextlib
import logging

import pika

WAIT_S = 10.0

# Scenarios stop the broker all the time; that needs no log.
logging.getLogger("pika").setLevel(logging.CRITICAL)

OWN_MESSAGES = set()  # bodies that a test made up; they need not match the documents


class Broker:
    """A connection with the user of a context's worker. For one thread, in a with block."""

    def __init__(self, hotel, context):
        self.parameters = pika.ConnectionParameters(
            host="127.0.0.1",
            port=hotel.broker_port(),
            credentials=pika.PlainCredentials(
                f"hotel_{context}", hotel.secret(f"amqp-{context}")
            ),
            blocked_connection_timeout=WAIT_S,
            socket_timeout=WAIT_S,
        )

    def __enter__(self):
        self.connection = pika.BlockingConnection(self.parameters)
        self.channel = self.connection.channel()
        self.channel.confirm_delivery()
        return self

    def __exit__(self, *_):
        self.connection.close()

    def publish(self, exchange, key, body, properties=None):
        """Publishes and waits for the confirm; a message that no queue takes is an error."""
        if properties is None:
            OWN_MESSAGES.add(body)
        self.channel.basic_publish(exchange, key, body, properties, mandatory=True)

    # A queue is named by its context, alarm, or alarm.dead and so on.

    def put(self, queue, body):
        """Publishes to this one queue through the default exchange, as the user `operator` may.

        It does not reach history, where each refill of a queue would read a malformed message again.
        """
        self.publish("", f"q.{queue}", body)

    def waiting(self, queue):
        """How many messages are ready in the queue."""
        return self.channel.queue_declare(f"q.{queue}", passive=True).method.message_count

    def consumers(self, queue):
        return self.channel.queue_declare(f"q.{queue}", passive=True).method.consumer_count

    def purge(self, queue):
        self.channel.queue_purge(f"q.{queue}")

    def delete(self, queue):
        self.channel.queue_delete(f"q.{queue}")

    def history(self, since, enough):
        """What was published since then, [(exchange, key, properties, body)], until
        enough(of it) or nothing more comes.

        On a connection of its own: pika rejects prefetched messages on close, a stream accepts
        no rejects, and the broker closes the connection because of that.
        """
        found = []
        connection = pika.BlockingConnection(self.parameters)
        channel = connection.channel()
        channel.basic_qos(prefetch_count=200)
        for method, properties, body in channel.consume(
            "history", arguments={"x-stream-offset": since}, inactivity_timeout=WAIT_S
        ):
            if method is None:
                break
            found.append((method.exchange, method.routing_key, properties, body))
            if enough(found):
                break
            channel.basic_ack(method.delivery_tag)
        with contextlib.suppress(pika.exceptions.ConnectionClosedByBroker):
            connection.close()
        return found


def events_of(hotel, books, count, since):
    """The first `count` events of each of these bookings, as they were published since then."""
    numbers = {str(book["id"]) for book in books}

    def wanted(events):
        return [event for event in events if event[2].correlation_id in numbers]

    with Broker(hotel, "alarm") as broker:
        events = wanted(broker.history(since, lambda all: len(wanted(all)) >= count * len(books)))
    seen = collections.Counter(properties.correlation_id for _, _, properties, _ in events)
    assert seen == {number: count for number in numbers}, seen
    return events


def publish_again(hotel, events):
    """Publishes events in this order, each with the rights of the context it comes from."""
    for exchange, key, properties, body in events:
        properties.headers = None  # which the stream has added
        with Broker(hotel, exchange) as broker:
            broker.publish(exchange, key, body, properties)
