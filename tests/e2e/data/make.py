#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""
make - writes a backup of the version it is run in, with bookings in every state, for test_upgrade.py.

    cd CHECKOUT_OF_THAT_VERSION; git describe --always; .../tests/e2e/data/make.py NAME

A private instance of that version is started, filled and removed. It makes two files beside this one:
NAME.backup, by `./hotel backup`, and NAME.json, what that version answered about each booking.
Only `./hotel` and HTTP are used, so that it runs in a checkout of any version.
"""
import contextlib
import datetime
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
PORT = "13990"
HOST, GUEST = 501, 601
WITHIN_S = 60
TODAY = datetime.date.today()


def hotel(state, *arguments, **settings):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HOTEL_")}
    subprocess.run(["./hotel", *arguments], check=True, stdin=subprocess.DEVNULL,
                   env=environment | {"HOTEL_STATE": state} | settings)


def ask(method, path, **fields):
    """(status, JSON) of an answer."""
    body = json.dumps(fields).encode() if fields else None
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}{path}", body, method=method,
                                     headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def book(room, first, **fields):
    """Asks for two nights; the answer's status and the booking's number, None if it was not booked."""
    start, end = (TODAY + datetime.timedelta(days=first + n) for n in (0, 2))
    status, answer = ask("POST", "/books", roomId=room, guestId=GUEST, name='O\'Neil "김" 🏨', email="guest@example.org",
                         startDate=start.isoformat(), endDate=end.isoformat(), **fields)
    return status, answer.get("id")


def status_of(number):
    return ask("GET", f"/books/{number}?guestId={GUEST}")[1]["status"]


def await_true(probe):
    end = time.monotonic() + WITHIN_S
    while not probe():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.2)


def expect(wanted, answer):
    assert answer[0] == wanted, answer
    return answer[1]


def fill(state):
    """Bookings in every state, and events that wait in a queue and in an outbox."""
    room = expect(201, ask("POST", "/rooms", hostId=HOST, price=1500, name="바다 🌊", city="Busan"))["id"]
    expect(201, book(room, 10))
    canceled = expect(201, book(room, 20))
    expect(200, ask("DELETE", f"/books/{canceled}?guestId={GUEST}"))
    expect(402, book(room, 30, paymentToken="tok_decline"))

    hotel(state, "up", HOTEL_HOLD_S="1")
    hotel(state, "stop", "pay")
    expired = expect(202, book(room, 40))
    await_true(lambda: status_of(expired) == "Expired")
    hotel(state, "stop", "worker-book")  # now nothing finishes or ends what is held
    expect(202, book(room, 50))
    hotel(state, "start", "fcgi-pay")
    hotel(state, "stop", "worker-alarm", "worker-pay")
    with contextlib.suppress(OSError):  # killed before it can answer: the booking stays Requested
        request_and_kill(state, room)
    hotel(state, "up", HOTEL_HOLD_S="900")
    await_true(lambda: ask("GET", "/rooms")[0] == 200)
    # Booked and paid, but neither the broker nor the other contexts have heard of it.
    await_true(lambda: book(room, 70)[0] == 201)


def request_and_kill(state, room):
    process = subprocess.Popen([sys.executable, __file__, "--book", str(room), "60"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1)  # pay is asked and does not answer
    kill(state, "fcgi-book")
    process.wait()


def kill(state, name):
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if state.encode() in (process / "environ").read_bytes() and \
                    os.readlink(process / "exe").endswith("/" + name):
                os.kill(int(process.name), 9)


def answers():
    """What a guest sees of each booking."""
    _, listed = ask("GET", f"/books?guestId={GUEST}&size=100")
    numbers = sorted(one["id"] for one in listed["_embedded"]["books"])
    return [{"book": ask("GET", f"/books/{number}?guestId={GUEST}")[1],
             "payments": ask("GET", f"/payments?bookId={number}&guestId={GUEST}")[1]["_embedded"]["payments"]}
            for number in numbers]


def main():
    if sys.argv[1] == "--book":
        book(int(sys.argv[2]), int(sys.argv[3]), paymentToken="tok_hang")
        return
    backup, answered = (HERE / f"{sys.argv[1]}.{end}" for end in ("backup", "json"))
    folder = tempfile.mkdtemp(prefix="hotel-", dir="/tmp")
    state = folder + "/state"
    try:
        hotel(state, "up", HOTEL_PORT=PORT, HOTEL_PAY_TIMEOUT_MS="8000")
        fill(state)
        made = answers()
        backup.unlink(missing_ok=True)
        hotel(state, "backup", str(backup))
        answered.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        print({status: [one["book"]["id"] for one in made if one["book"]["status"] == status]
               for status in sorted({one["book"]["status"] for one in made})})
    finally:
        hotel(state, "down")
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
