# SPDX-License-Identifier: MIT
"""Faults of a real system make their alerts fire and clear.

Alerts whose fault takes longer than seconds are tested by rules_test.yml alone.
"""

import contextlib
import os
import pathlib
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

import web
from actors import await_status, booked, cancel, pending, place_book, register_room, new_person
from broker import Broker
from hotel import Hotel, free_port, kill_9
from load import Load
from receivers import MailServer
from prometheus import Prometheus
from waiting import eventually

# Low limits and short waits.
SHORT = {
    "HOTEL_BREAKER_FAILURES": "2",
    "HOTEL_BREAKER_OPEN_MS": "1000",
    "HOTEL_DB_POOL": "2",
    "HOTEL_DB_WAIT_MS": "300",
    "HOTEL_DELIVERY_RETRY_MS": "200",
    "HOTEL_PENDING_LIMIT": "4",
    "HOTEL_SETTLE_INTERVAL_MS": "200",
    "HOTEL_THREADS": "4",
}
PROCESSES = 19  # two of each service, one of each worker, and nginx
WITHIN_S = 60.0

# Runs rabbitmqctl on the system's broker.
TOOL = 'set -a; . "$1/rabbitmq/environment"; exec /usr/lib/rabbitmq/bin/rabbitmqctl -q "${@:2}"'


@pytest.fixture(scope="module")
def mail_server():
    mail_server = MailServer()
    mail_server.open()
    yield mail_server
    mail_server.close()


@pytest.fixture(scope="module")
def hotel(mail_server):
    hotel = Hotel()
    hotel.metrics_port = free_port()
    try:
        hotel.up(HOTEL_METRICS_PORT=str(hotel.metrics_port), **mail_server.settings, **SHORT)
        yield hotel
        hotel.check()
    finally:
        hotel.down()


@pytest.fixture(scope="module")
def prometheus(hotel):
    """Nothing fires before the first scenario, and soon after the last."""
    prometheus = Prometheus(hotel.metrics_port)
    prometheus.open()
    try:
        await_calm(prometheus)
        yield prometheus
        await_calm(prometheus)
    finally:
        prometheus.close()


def await_calm(prometheus):
    def is_calm():
        assert prometheus.value('count(up{job="hotel"} == 1)') == PROCESSES
        assert not (firing := prometheus.firing()), firing
        return True

    eventually(is_calm, WITHIN_S, every=0.5, what="nothing fires")


@contextlib.contextmanager
def fires(prometheus, *wanted):
    """None of these alerts fires before the block makes a fault; afterwards all of them do at once."""

    def none_fires():
        assert not (still := set(wanted) & prometheus.firing()), still
        return True

    def all_fire():
        assert not (missing := set(wanted) - (firing := prometheus.firing())), (missing, firing)
        return True

    eventually(none_fires, WITHIN_S, every=0.3, what=f"none of {wanted}")
    yield
    eventually(all_fire, WITHIN_S, every=0.3, what=f"{wanted}")


def rabbitmqctl(hotel, *arguments):
    subprocess.run(["bash", "-c", TOOL, "_", hotel.state, *arguments], check=True, timeout=60)


def test_pay_is_stopped(hotel, prometheus):
    room = register_room(hotel)
    # Without guests who ask, only the settler calls pay: it is fcgi-book's next call that decides there.
    with fires(prometheus, "BreakerOpen worker-book", "PendingHigh", "ProgramDown fcgi-pay"):
        hotel.stop("fcgi-pay")
        books = [pending(hotel, room, first=10 + n) for n in range(3)]
    hotel.start("fcgi-pay")
    for book in books:
        await_status(hotel, book, "Booked")
    assert place_book(hotel, room, first=20).status == 201  # no guest is deferred any more
    eventually(lambda: "BreakerOpen worker-book" not in prometheus.firing(), what="the alert ends")


def test_cards_that_fail_or_hang_raise_no_alarm(hotel, prometheus):
    room = register_room(hotel)
    before = hotel.metrics("worker-book")['hotel_breaker_opened_total{part="pay"}']
    books = [pending(hotel, room, first=30 + n, paymentToken="tok_error") for n in range(3)]
    attempts = lambda: hotel.count("SELECT MIN(attempts) FROM hotel_book.book WHERE token = 'tok_error'")  # noqa: E731
    eventually(lambda: attempts() >= 2, what="the settler tried each of them twice")
    assert hotel.metrics("worker-book")['hotel_breaker_opened_total{part="pay"}'] == before
    assert not {name for name in prometheus.firing() if name.startswith("BreakerOpen")}
    assert "breaker" not in hotel.command("doctor", expect=None).stdout
    for book in books:
        assert cancel(hotel, book).status == 200


def test_an_event_is_malformed(hotel, prometheus):
    consumers = ("room", "mypage", "alarm")
    with fires(prometheus, *(f"DeadLetters {context}" for context in consumers)):
        with Broker(hotel, "book") as broker:
            broker.publish("book", "book.booked", b"{}")
    for context in consumers:
        hotel.command("dead", "drop", context, "--all")


def test_the_mail_server_refuses(hotel, prometheus, mail_server):
    with fires(prometheus, "DeliveriesFailing email"):
        mail_server.refusal = "451 not now"
        booked(hotel, register_room(hotel), email=f"guest{new_person()}@example.org")
    mail_server.reset()


def test_a_worker_is_stopped_and_is_late_when_it_is_back(hotel, prometheus):
    room = register_room(hotel)
    with fires(prometheus, "ProgramDown worker-alarm", "QueueLong alarm", "QueueUnread alarm"):
        hotel.stop("worker-alarm")
        booked(hotel, room)
    with fires(prometheus, "LagHigh worker-alarm"):
        hotel.start("worker-alarm")


def test_rabbitmq_is_stopped(hotel, prometheus):
    room = register_room(hotel)
    with fires(prometheus, "BrokerAway worker-book", "BrokerAway worker-mypage",
                 "OutboxOld worker-book"):
        hotel.stop("rabbitmq")
        booked(hotel, room)
    hotel.start("rabbitmq")


def test_rabbitmq_is_short_of_memory(hotel, prometheus):
    with fires(prometheus, "BrokerBlocked worker-book"):
        rabbitmqctl(hotel, "set_vm_memory_high_watermark", "0.00001")
        booked(hotel, register_room(hotel))
    rabbitmqctl(hotel, "set_vm_memory_high_watermark", "0.4")


def test_pay_is_overloaded(hotel, prometheus):
    room = register_room(hotel)

    def pay_slowly(number):
        return place_book(hotel, room, first=1 + number % 300, paymentToken="tok_slow")

    with Load(10, pay_slowly, every=0.2):
        with fires(prometheus, "BulkheadFull fcgi-book", "LatencyHigh fcgi-book"):
            pass


def test_a_table_is_locked(hotel, prometheus):
    path = f"/rooms/{register_room(hotel)['id']}"  # searches need no table
    with ThreadPoolExecutor(1) as pool, Load(16, lambda _: hotel.web.get(path), every=0.05):
        with fires(prometheus, "PoolExhausted fcgi-room", "StuckThreads fcgi-room"):
            pool.submit(hotel.rows, "LOCK TABLES hotel_room.room WRITE; DO SLEEP(8)")


def test_mariadb_is_stopped(hotel, prometheus):
    with Load(1, lambda _: hotel.web.get("/rooms"), every=0.2) as load:
        with fires(prometheus, "NotReady fcgi-room", "NotReady worker-pay", "ErrorsHigh fcgi-room",
                     "JobsFailing worker-book"):
            hotel.stop("mariadb")
    assert 503 in {answer.status for answer in load.results}
    hotel.start("mariadb")


def is_stopped(pid):
    """Whether each thread of a process has taken its SIGSTOP."""
    stats = [task.read_text() for task in pathlib.Path(f"/proc/{pid}/task").glob("*/stat")]
    return all(stat.rpartition(")")[2].split()[0] == "T" for stat in stats)


def test_programs_report_a_database_that_hangs(hotel, prometheus):
    (mariadb,) = hotel.pids("mariadb")
    admin = web.admin(hotel.run / "admin" / "worker-book-0.sock")
    hotel.metrics("worker-book")
    os.kill(mariadb, signal.SIGSTOP)
    try:
        eventually(lambda: is_stopped(mariadb), what="no thread of it runs any more")
        with ThreadPoolExecutor(1) as pool:
            not_ready = pool.submit(admin.get, "/readyz")
            assert admin.get("/livez").status == 200
            assert not_ready.result().status == 503
        metrics = hotel.metrics("worker-book")
    finally:
        os.kill(mariadb, signal.SIGCONT)
    assert metrics["hotel_ready"] == 0 and "hotel_outbox_events" not in metrics


def test_a_process_is_killed_again_and_again(hotel, prometheus):
    start = 'process_start_time_seconds{instance="fcgi-mypage-0"}'

    def fires_after_a_kill():
        before = prometheus.value(start)
        for pid, command in hotel.processes().items():
            if command.strip().endswith("/fcgi-mypage"):
                kill_9(pid)
        eventually(lambda: prometheus.value(start) not in (None, before), what="it runs again")
        return "ProcessRestarting fcgi-mypage" in prometheus.firing()

    eventually(fires_after_a_kill, WITHIN_S, what="the alert fires")
