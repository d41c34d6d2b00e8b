# SPDX-License-Identifier: MIT
"""An operator lists, reads, resends and drops dead letters."""

import json

from actors import await_mypage, await_notices, booked, register_room
from broker import Broker
from test_consumers import no_dead_letters
from waiting import eventually

POISON = b'{"not": "an event"}'


def dead(hotel, *arguments, expect=0):
    return hotel.command("dead", *arguments, expect=expect).stdout


def names(hotel, context):
    return [line.split()[1] for line in dead(hotel, "list", context).splitlines()
            if line.startswith(f"{context} ")]


def test_dead_letters_are_listed_shown_and_dropped(hotel):
    contexts = ("alarm", "mypage", "room")
    with Broker(hotel, "operator") as broker:
        for context in contexts:
            broker.put(context, POISON)
    for context in contexts:
        name = eventually(lambda: names(hotel, context), what=f"a dead letter of {context}")[0]
        shown = dead(hotel, "show", context, name)
        assert json.loads(shown[shown.index("{"):]) == json.loads(POISON)
        assert "rejected" in shown
        assert names(hotel, context) == [name], "show removes nothing"
        dead(hotel, "drop", context, name)
        assert names(hotel, context) == []
        dead(hotel, "show", context, name, expect=1)
    no_dead_letters(hotel)


def test_a_dead_letter_is_resent_to_its_own_queue_and_has_its_effect_once(hotel):
    """A good event is a dead letter, as after a faulty worker."""
    room = register_room(hotel)
    hotel.stop("worker-alarm")
    book = booked(hotel, room)
    with Broker(hotel, "alarm") as broker:
        eventually(lambda: broker.waiting("alarm") >= 2, what="the events wait for alarm")
        while True:
            method, _, _ = broker.channel.basic_get("q.alarm")
            if method is None:
                break
            broker.channel.basic_nack(method.delivery_tag, requeue=False)
    eventually(lambda: len(names(hotel, "alarm")) >= 2, what="they are dead")
    hotel.start("worker-alarm")
    dead(hotel, "resend", "alarm", "--all")
    await_notices(hotel, book["guestId"], book, "Booked", "PaymentApproved")
    await_mypage(hotel, book, status="Booked", payStatus="PayApproved")
    no_dead_letters(hotel)


def test_wrong_use_prints_the_usage(hotel):
    for arguments in (("list", "kitchen"), ("show", "alarm", "--all"), ("resend", "alarm")):
        done = hotel.command("dead", *arguments, expect=2)
        assert "usage:" in done.stderr
