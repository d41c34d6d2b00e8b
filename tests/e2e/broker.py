"""The broker as a program of the system sees it: with that program's user and no more rights."""

import json

import pika

WAIT_S = 10.0


class Broker:
    """A connection as the user of a context's worker. For one thread, in a with block."""

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
        """Publishes and waits for the confirm; nobody to take it is an error."""
        self.channel.basic_publish(exchange, key, body, properties, mandatory=True)

    def waiting(self, queue):
        """How many messages are there for somebody to take."""
        return self.channel.queue_declare(queue, passive=True).method.message_count

    def consumers(self, queue):
        return self.channel.queue_declare(queue, passive=True).method.consumer_count

    def purge(self, queue):
        self.channel.queue_purge(queue)

    def delete(self, queue):
        self.channel.queue_delete(queue)

    def history(self, enough):
        """Events from the beginning of all times, [(exchange, key, properties, body)], until
        enough(them) or nothing more comes."""
        found = []
        self.channel.basic_qos(prefetch_count=200)
        start = {"x-stream-offset": "first"}
        for method, properties, body in self.channel.consume(
            "history", arguments=start, inactivity_timeout=WAIT_S
        ):
            if method is None:
                break
            found.append((method.exchange, method.routing_key, properties, body))
            self.channel.basic_ack(method.delivery_tag)
            if enough(found):
                break
        return found


def events_of_book(hotel, book, count):
    """The first `count` events of one book, as they were published."""

    def of_book(events):
        return [e for e in events if e[2].correlation_id == str(book["id"])]

    with Broker(hotel, "alarm") as broker:
        events = of_book(broker.history(lambda seen: len(of_book(seen)) >= count))
    assert len(events) == count, [json.loads(body)["type"] for _, _, _, body in events]
    return events
