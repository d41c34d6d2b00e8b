"""Faults are made in a real system, and the alerts that are meant for them fire and clear.

Alerts whose fault takes more than seconds are shown by rules_test.yml alone.
"""

import pytest

from actors import await_status, booked, pending, place_book, register_room, somebody
from broker import Broker
from hotel import Hotel, free_port, kill_9
from post import PostOffice
from prometheus import Prometheus
from waiting import eventually

SHORT = {
    "HOTEL_BREAKER_FAILURES": "2",
    "HOTEL_BREAKER_OPEN_MS": "1000",
    "HOTEL_DELIVERY_RETRY_MS": "200",
    "HOTEL_PENDING_LIMIT": "4",
    "HOTEL_SETTLE_INTERVAL_MS": "200",
}
WITHIN_S = 60.0


@pytest.fixture(scope="module")
def office():
    office = PostOffice()
    office.open()
    yield office
    office.close()


@pytest.fixture(scope="module")
def hotel(office):
    hotel = Hotel()
    hotel.metrics_port = free_port()
    try:
        hotel.up(HOTEL_METRICS_PORT=str(hotel.metrics_port), **office.settings, **SHORT)
        yield hotel
        hotel.check()
    finally:
        hotel.down()


@pytest.fixture(scope="module")
def watching(hotel):
    prometheus = Prometheus(hotel.metrics_port)
    prometheus.open()
    yield prometheus
    prometheus.close()


@pytest.fixture
def prometheus(watching):
    """Nothing fires, before a story and after it."""
    await_calm(watching)
    yield watching
    await_calm(watching)


def await_calm(prometheus):
    def is_calm():
        assert prometheus.value('count(up{job="hotel"} == 1)') == 15
        assert not (firing := prometheus.firing()), firing
        return True

    eventually(is_calm, WITHIN_S, every=0.5, what="nothing fires")


def await_alerts(prometheus, *wanted):
    """All of these fire at the same time; others may as well."""

    def fire():
        missing = set(wanted) - prometheus.firing()
        assert not missing, f"{missing} of {prometheus.firing()}"
        return True

    eventually(fire, WITHIN_S, every=0.5, what=f"{wanted}")


def await_alert_once(prometheus, wanted):
    """This fires, perhaps only for a moment."""
    eventually(lambda: wanted in prometheus.firing(), WITHIN_S, every=0.3, what=wanted)


def test_pay_is_stopped(hotel, prometheus):
    room = register_room(hotel)
    hotel.stop("fcgi-pay")
    books = [pending(hotel, room, first=10 + n) for n in range(3)]
    await_alerts(prometheus, "BreakerOpen fcgi-book", "PendingHigh", "ProgramDown fcgi-pay")
    hotel.start("fcgi-pay")
    for book in books:
        await_status(hotel, book, "Booked")
    eventually(lambda: place_book(hotel, room, first=20).status == 201, what="pay is called again")


def test_a_worker_is_stopped_and_catches_up(hotel, prometheus):
    room = register_room(hotel)
    hotel.stop("worker-alarm")
    booked(hotel, room)
    await_alerts(prometheus, "ProgramDown worker-alarm", "QueueUnread alarm")
    assert prometheus.value('max(hotel_queue_messages{queue="alarm"})') >= 2
    hotel.start("worker-alarm")
    await_alert_once(prometheus, "LagHigh worker-alarm")


def test_rabbitmq_is_stopped(hotel, prometheus):
    room = register_room(hotel)
    hotel.stop("rabbitmq")
    booked(hotel, room)
    await_alerts(prometheus, "BrokerAway worker-book", "BrokerAway worker-mypage",
                 "OutboxOld worker-book")
    hotel.start("rabbitmq")


def test_mariadb_is_stopped(hotel, prometheus):
    hotel.stop("mariadb")

    def answers_are_errors():
        assert hotel.web.get("/rooms").status == 503
        missing = {"NotReady fcgi-room", "NotReady worker-pay", "ErrorsHigh fcgi-room",
                   "JobsFailing worker-book"} - prometheus.firing()
        assert not missing, missing
        return True

    eventually(answers_are_errors, WITHIN_S, every=0.3, what="errors are told of")
    hotel.start("mariadb")


def test_an_event_is_poison(hotel, prometheus):
    with Broker(hotel, "book") as broker:
        broker.publish("book", "book.booked", b"{}")
    await_alerts(prometheus, *(f"DeadLetters {context}" for context in ("room", "mypage", "alarm")))
    for context in ("room", "mypage", "alarm"):
        hotel.command("dead", "drop", context, "--all")


def test_the_mail_server_refuses(hotel, prometheus, office):
    office.refusal = "451 not now"
    booked(hotel, register_room(hotel), email=f"guest{somebody()}@example.org")
    await_alerts(prometheus, "DeliveriesFailing email")
    office.well()


def test_a_process_is_killed_again_and_again(hotel, prometheus):
    start = 'process_start_time_seconds{instance="fcgi-mypage-0"}'

    def was_seen_anew(before):
        return prometheus.value(start) not in (None, before)

    for _ in range(3):
        before = prometheus.value(start)
        kill_9(hotel.pids("fcgi-mypage")[0])
        eventually(lambda: was_seen_anew(before), what="it is back")
    await_alert_once(prometheus, "ProcessRestarting fcgi-mypage")
