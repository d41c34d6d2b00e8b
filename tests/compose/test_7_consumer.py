# SPDX-License-Identifier: MIT
"""A program of another system consumes the events, with the user that compose/consumer creates."""

import re

import pika
import pytest

from actors import await_pay, booked, register_room
from marketing import NAME, Marketing
from waiting import eventually

WRONG_USE = 2


def url_of(hotel):
    """Its login, with the address of the broker, whose name resolves only in its network."""
    (login,) = re.findall(r"^AMQP_URL=(\S+)$", hotel.command("consumer", "login", NAME), re.M)
    (broker,) = hotel.containers("rabbitmq")
    address = hotel.inspect(broker)["NetworkSettings"]["Networks"]["myhotel_events"]["IPAddress"]
    return login.replace("@rabbitmq:", f"@{address}:")


def test_a_program_of_another_system_consumes_the_events(hotel, tmp_path):
    await_pay(hotel)  # the stack may just have been restored
    hotel.command("consumer", "add", NAME)
    url = url_of(hotel)
    program = Marketing(url, tmp_path)
    room = register_room(hotel)
    booked(hotel, room, first=1)
    program.start()
    try:
        program.await_count({room["id"]: 1})
        booked(hotel, room, first=2)
        program.await_count({room["id"]: 2})
        eventually(lambda: re.search(r"^marketing +0 waiting, 1 reading$", hotel.command("consumer", "list"), re.M),
                   what="the list tells who reads")  # the broker counts every few seconds
        with pika.BlockingConnection(pika.URLParameters(url)) as connection:
            with pytest.raises(pika.exceptions.ChannelClosedByBroker):
                connection.channel().queue_purge("q.alarm")
    finally:
        program.close()

    hotel.command("consumer", "add", NAME)
    assert url_of(hotel) == url, "the password stays"
    hotel.command("consumer", "remove", NAME)
    assert "marketing" not in hotel.command("consumer", "list")
    with pytest.raises(pika.exceptions.ProbableAuthenticationError):
        pika.BlockingConnection(pika.URLParameters(url))
    for words in (("remove", NAME), ("login", NAME), ("add", "pay"), ("add", "Marketing"), ("add",), ()):
        hotel.command("consumer", *words, expect=WRONG_USE)
