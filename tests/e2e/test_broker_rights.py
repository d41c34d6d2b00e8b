# SPDX-License-Identifier: MIT
"""A broker user gets at nothing that is another context's, with the password of any program."""

import contextlib

import pika
import pytest

from broker import Broker

CONTEXTS = ("room", "book", "pay", "mypage", "alarm")
PUBLISHED = ("room", "book", "pay")
KEYS = {"room": "room.changed", "book": "book.booked", "pay": "pay.approved"}
REFUSED, MISSING = 403, 404


def attacks(own):
    """What the user of this context may not do: {what: (act on a channel, codes of the refusal)}."""
    found = {}

    def attack(what, act, *codes):
        found[what] = (act, codes or (REFUSED,))

    def publish(exchange, key, headers=None):
        properties = pika.BasicProperties(headers=headers)
        return lambda channel: channel.basic_publish(exchange, key, b"{}", properties, mandatory=True)

    for other in CONTEXTS:
        if other == own:
            continue
        for queue in (f"q.{other}", f"q.{other}.dead"):
            attack(f"get from {queue}", lambda channel, queue=queue: channel.basic_get(queue))
            attack(f"consume {queue}", lambda channel, queue=queue: channel.basic_consume(queue, print))
            attack(f"empty {queue}", lambda channel, queue=queue: channel.queue_purge(queue))
            attack(f"delete {queue}", lambda channel, queue=queue: channel.queue_delete(queue))
            attack(f"publish to {queue}", publish("", queue))
        for exchange in PUBLISHED:
            attack(f"bind q.{other} to {exchange}", lambda channel, queue=f"q.{other}", exchange=exchange:
                   channel.queue_bind(queue, exchange, KEYS[exchange]))  # fmt: skip
            attack(f"unbind q.{other} from {exchange}", lambda channel, queue=f"q.{other}", exchange=exchange:
                   channel.queue_unbind(queue, exchange, f"{exchange}.*"))  # fmt: skip
    for exchange in PUBLISHED:
        attack(f"unbind history from {exchange}", lambda channel, exchange=exchange:
               channel.queue_unbind("history", exchange, "#"))  # fmt: skip
        attack(f"bind history to {exchange}", lambda channel, exchange=exchange:
               channel.queue_bind("history", exchange, "x.#"))  # fmt: skip
        attack(f"delete the exchange {exchange}", lambda channel, exchange=exchange:
               channel.exchange_delete(exchange))  # fmt: skip
        attack(f"take {exchange} away from events", lambda channel, exchange=exchange:
               channel.exchange_unbind("events", exchange, "#"))  # fmt: skip
        if exchange != own:
            attack(f"publish to {exchange}", publish(exchange, KEYS[exchange]))
    if own in PUBLISHED:
        foreign = next(KEYS[exchange] for exchange in PUBLISHED if exchange != own)
        attack("publish another's routing key", publish(own, foreign))
    attack("publish to events", publish("events", "book.booked"))
    attack("publish to an exchange history", publish("history", "book.booked"), REFUSED, MISSING)
    attack("publish to the stream", publish("", "history"))
    attack("publish a mark as another", publish("marks", "hotel_check"))
    attack("publish an event as a mark", publish("marks", "book.booked"))
    attack("empty history", lambda channel: channel.queue_purge("history"), REFUSED, 540)
    attack("delete history", lambda channel: channel.queue_delete("history"))
    attack("declare a queue of no context", lambda channel: channel.queue_declare("mine", durable=True))
    attack("declare an exchange", lambda channel: channel.exchange_declare("mine"))
    attack("dead letters of its own queue into another's", lambda channel: channel.queue_declare(
        f"q.{own}.refill", arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "q.pay"}))
    return found


@pytest.mark.parametrize("own", CONTEXTS)
def test_a_user_of_the_broker_gets_at_nothing_of_another_context(hotel, own):
    with Broker(hotel, own) as broker:
        for what, (act, codes) in attacks(own).items():
            channel = broker.connection.channel()
            channel.confirm_delivery()
            with pytest.raises((pika.exceptions.ChannelClosedByBroker,
                                pika.exceptions.ConnectionClosedByBroker)) as refused:  # fmt: skip
                act(channel)
            assert refused.value.reply_code in codes, f"{own}: {what}: {refused.value}"
            if broker.connection.is_closed:
                broker.__enter__()


def test_the_user_of_check_reads_history_and_nothing_else(hotel):
    with Broker(hotel, "check") as broker:
        for queue in [f"q.{context}" for context in CONTEXTS]:
            channel = broker.connection.channel()
            with pytest.raises(pika.exceptions.ChannelClosedByBroker) as refused:
                channel.basic_get(queue)
            assert refused.value.reply_code == REFUSED
        channel = broker.connection.channel()
        channel.basic_qos(prefetch_count=1)
        for _, _, _ in channel.consume("history", arguments={"x-stream-offset": "first"}, inactivity_timeout=5):
            break
        # pika rejects prefetched messages on close, and a stream accepts no rejects
        with contextlib.suppress(pika.exceptions.ConnectionClosedByBroker):
            broker.connection.close()
        broker.__enter__()
