# SPDX-License-Identifier: MIT
"""The command lines of the original in the client container, and the mails."""

import json

from actors import booked, day, register_room
from waiting import eventually


def http(hotel, line, **expect):
    """One of the original's lines; what it says, read as JSON."""
    return json.loads(hotel.client(f"http --ignore-stdin --body {line}", **expect))


def test_the_original_command_lines_work_as_written(hotel):
    room = http(hotel, "POST room:8080/rooms price=1500")["id"]
    stay = f"roomId={room} startDate={day(7)} endDate={day(9)}"
    book = http(hotel, f"POST book:8080/books {stay}")
    assert (book["status"], book["price"]) == ("Booked", 3000), book
    assert http(hotel, f"book:8080/books/{book['id']}")["status"] == "Booked"
    payment = f"pay:8080/payments/{book['payId']}"
    assert http(hotel, payment)["status"] == "PayApproved"
    assert http(hotel, f"DELETE book:8080/books/{book['id']}")["status"] == "BookCanceled"
    eventually(lambda: http(hotel, payment)["status"] == "PayCanceled")
    assert http(hotel, "mypage:8080/mypages")["page"]["totalElements"] > 0


def test_a_booking_waits_for_pay_and_notifications_for_alarm(hotel):
    room = http(hotel, "POST room:8080/rooms price=900")["id"]
    hotel.compose("stop", "fcgi-pay", "worker-pay")
    request = f"POST book:8080/books roomId={room} startDate={day(3)} endDate={day(4)}"
    book = http(hotel, f"{request} guestId=41")
    assert book["status"] == "PaymentPending", book
    hotel.compose("start", "fcgi-pay", "worker-pay")
    mine = f"book:8080/books/{book['id']} guestId==41"
    eventually(lambda: http(hotel, mine)["status"] == "Booked", within=60)

    hotel.compose("stop", "fcgi-alarm", "worker-alarm")
    request = f"POST book:8080/books roomId={room} startDate={day(5)} endDate={day(6)} guestId=42"
    assert http(hotel, request)["status"] == "Booked"
    assert http(hotel, "alarm:8080/notifications recipientId==42")["status"] == 503
    hotel.compose("start", "fcgi-alarm", "worker-alarm")

    def told():
        answer = http(hotel, "alarm:8080/notifications recipientId==42")
        return answer.get("page", {}).get("totalElements") == 2

    eventually(told, within=60)


def test_mails_are_shown_by_the_mail_catcher(hotel):
    room = register_room(hotel, name="Mail view")
    book = booked(hotel, room, email="guest@example.org")
    eventually(lambda: book["reference"] in hotel.client("curl -sS mail:8025"), within=60)
    mail = hotel.client("curl -sS mail:8025")
    assert "To: guest@example.org" in mail and "From: " in mail, mail


def test_only_alarm_gets_the_password_of_the_mail_server(hotel):
    hotel.compose("run", "--rm", "-T", "setup", "sh", "-c", "printf open-sesame >/state/secrets/smtp-password")
    hotel.compose("run", "--rm", "setup")

    def read(service, **options):
        return hotel.compose("exec", "-T", service, "cat", "/run/secrets/smtp-password", **options).stdout

    assert read("worker-alarm") == "open-sesame"
    for service in ("worker-book", "fcgi-mypage", "mariadb"):
        assert read(service, expect=1) == ""


def test_clients_reach_only_the_public_listener(hotel):
    def addresses(service):
        (container,) = hotel.containers(service)
        networks = hotel.inspect(container)["NetworkSettings"]["Networks"]
        return {name.removeprefix("myhotel_"): one["IPAddress"] for name, one in networks.items()}

    servers = ("fcgi-book", "worker-pay", "mariadb", "rabbitmq", "nginx", "socket-holder")
    places = [f"{address} {port}" for server in servers for address in addresses(server).values()
              for port in (3306, 5672, 8080, 8081, 9000, 9100)]  # fmt: skip
    look = "\n".join(f"timeout 2 bash -c 'exec 3<>/dev/tcp/{place.replace(' ', '/')}' && echo {place} &"
                     for place in places)  # fmt: skip
    reached = hotel.client(f"{{ {look}\nwait; }} 2>/dev/null").splitlines()
    assert reached == [f"{addresses('socket-holder')['edge']} 8080"], reached
