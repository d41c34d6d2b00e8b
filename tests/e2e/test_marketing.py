# SPDX-License-Identifier: MIT
"""A consumer of another team, docs/examples/marketing, follows the events without any change of the
system."""

import datetime
import random
import signal

import pika
import pytest

from actors import await_pay, booked, cancel, register_room
from broker import events_of, publish_again
from marketing import NAME, Marketing


def url_of_added(hotel):
    hotel.command("consumer", "add", NAME)
    return (hotel.state / "consumers" / NAME).read_text().strip().removeprefix("AMQP_URL=")


@pytest.fixture
def marketing(hotel, tmp_path):
    program = Marketing(url_of_added(hotel), tmp_path)
    yield program
    program.close()
    hotel.command("consumer", "remove", NAME)


def test_it_counts_right_through_duplicates_reordering_and_kills(hotel, marketing):
    await_pay(hotel)
    begin = datetime.datetime.now(datetime.timezone.utc)
    sea, garden = register_room(hotel, name="<i>바다</i> 🌊"), register_room(hotel)
    old = [booked(hotel, sea, first) for first in range(1, 6)]
    cancel(hotel, old[0])

    marketing.start()  # it reads earlier events from history
    marketing.await_count({sea["id"]: 4, garden["id"]: 0})

    cancel(hotel, old[1])
    kept = booked(hotel, garden, 1)
    marketing.await_count({sea["id"]: 3, garden["id"]: 1})

    again = events_of(hotel, [old[0]], 4, begin) + events_of(hotel, [old[2], kept], 2, begin)
    random.Random(3).shuffle(again)
    publish_again(hotel, again + again[::-1])
    new = booked(hotel, garden, 2)
    marketing.await_count({sea["id"]: 3, garden["id"]: 2})

    # killed again and again while it works; what it misses waits in its queue
    for first in range(10, 40):
        if first % 10 == 5:
            marketing.end(signal.SIGKILL)
        if first % 10 == 9:
            marketing.start()
        book = booked(hotel, sea, first)
        if first % 3 == 0:
            cancel(hotel, book)
    cancel(hotel, new)
    wanted = {sea["id"]: 3 + 20, garden["id"]: 1}
    marketing.await_count(wanted)

    # a restart of the broker does not end it, and bookings do not wait for it
    hotel.restart("rabbitmq")
    booked(hotel, garden, 3)
    marketing.await_count({**wanted, garden["id"]: 2})
    assert marketing.end(signal.SIGTERM) == 0
    booked(hotel, garden, 4)
    assert marketing.report()[garden["id"]] == 2
    marketing.start()
    marketing.await_count({**wanted, garden["id"]: 3})

    # its queue is lost with all that waited in it; history still has it
    marketing.end(signal.SIGTERM)
    booked(hotel, garden, 5)
    with pika.BlockingConnection(pika.URLParameters(marketing.url)) as connection:
        connection.channel().queue_delete(NAME)
    booked(hotel, garden, 6)
    marketing.start()
    marketing.await_count({**wanted, garden["id"]: 5})


REFUSED = {
    "another's queue": lambda channel: channel.basic_get("q.alarm"),
    "publishing": lambda channel: channel.basic_publish("book", "book.booked", b"{}", mandatory=True),
    "a queue of another's name": lambda channel: channel.queue_declare("marketing2", durable=True),
    "another's exchange": lambda channel: channel.exchange_declare("book2"),
    "taking from another's queue": lambda channel: channel.queue_purge("q.alarm"),
    "room's queue": lambda channel: channel.basic_get("q.room"),
    "book's queue": lambda channel: channel.basic_get("q.book"),
    "pay's queue": lambda channel: channel.basic_get("q.pay"),
    "consuming from book's queue": lambda channel: channel.basic_consume("q.book", print),
    "taking from room's queue": lambda channel: channel.queue_purge("q.room"),
    "taking from book's queue": lambda channel: channel.queue_purge("q.book"),
    "taking from pay's queue": lambda channel: channel.queue_purge("q.pay"),
    "binding to another's exchange": lambda channel: channel.queue_bind(NAME, "book", "#"),
    "an end marker in history": lambda channel: channel.basic_publish("marks", NAME, b"", mandatory=True),
    "publishing to others": lambda channel: channel.basic_publish("events", "book.booked", b"{}", mandatory=True),
    "binding the exchange of others": lambda channel: channel.exchange_bind("events", NAME, "#"),
}


def test_its_user_may_read_its_queue_and_history_and_nothing_else(hotel, marketing):
    marketing.start()
    for what, act in REFUSED.items():
        with pika.BlockingConnection(pika.URLParameters(marketing.url)) as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            with pytest.raises(pika.exceptions.ChannelClosedByBroker) as refused:
                act(channel)
            assert refused.value.reply_code == 403, what


def test_a_consumer_that_is_removed_leaves_nothing_behind(hotel):
    url = url_of_added(hotel)
    again = hotel.command("consumer", "add", NAME).stdout
    assert str(hotel.state / "consumers" / NAME) in again
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        connection.channel().queue_declare("marketing.more", durable=True)
    assert "marketing" in hotel.command("consumer", "list").stdout
    hotel.command("consumer", "remove", NAME)
    assert "marketing" not in hotel.command("consumer", "list").stdout
    with pytest.raises(pika.exceptions.ProbableAuthenticationError):
        pika.BlockingConnection(pika.URLParameters(url))
    assert hotel.command("consumer", "remove", NAME, expect=2).stderr
    for wrong in ("Marketing", "pay", "a b", "history", "events", "marks", "q", "", "x" * 40):
        hotel.command("consumer", "add", wrong, expect=2)
