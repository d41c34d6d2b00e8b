"""The system as its operator sees it."""

import os
import time

from actors import booked, register_room
from conftest import PREFIX, plain
from hotel import Hotel

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
REST_S = 5.0
FAILED, WRONG_USE = 1, 2  # exit codes of ./hotel
PROGRAMS = {f"{kind}-{context}" for kind in ("fcgi", "worker") for context in ("room", "book", "pay", "mypage", "alarm")}
SERVERS = {"mariadb", "rabbitmq", "nginx"}


def test_status_names_every_program_and_server(hotel):
    told = hotel.status()
    assert set(told) == PROGRAMS | SERVERS
    for name, program in told.items():
        assert program["state"] == "running" and program["pids"], program
        assert len(program["pids"]) >= (2 if name.startswith("fcgi-") else 1)


def test_up_again_changes_nothing(hotel):
    before = hotel.status()
    begin = time.monotonic()
    hotel.up()
    print(f"up again: {time.monotonic() - begin:.1f} s")
    assert hotel.status() == before
    settings = (hotel.state / "settings").read_text()
    assert "HOTEL_ALARM_PREFIX" in settings and "안녕" in PREFIX


def test_at_rest_it_takes_little(hotel):
    """For information: what the whole system takes of one core when nobody asks anything."""
    before = cpu_seconds(hotel)
    time.sleep(REST_S)  # the time measured, not a wait for something
    share = (cpu_seconds(hotel) - before) / REST_S
    print(f"at rest: {share:.1%} of one core")


def cpu_seconds(hotel):
    return sum(cpu_of(pid) for pid in hotel.processes())


def cpu_of(pid):
    try:
        fields = open(f"/proc/{pid}/stat").read().rpartition(") ")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS


def test_bad_settings_stop_the_start_with_every_fault_named(hotel):
    bad = {
        "HOTEL_HOLD_S": "soon",
        "HOTEL_PAY_FALLBACK": "maybe",
        "HOTEL_TIMEZONE": "Mars/Olympus",
        "HOTEL_THREADS": "100000",
        "HOTEL_HODL_S": "1",
    }
    before = hotel.status()
    done = hotel.command("up", settings=bad, expect=None)
    assert done.returncode == WRONG_USE, done
    said = done.stdout + done.stderr
    assert [name for name in bad if name not in said] == [], said
    assert hotel.status() == before, "nothing was restarted, nothing recorded"
    hotel.up()
    assert hotel.status() == before


def test_a_name_nobody_has_is_answered_with_those_there_are(hotel):
    done = hotel.command("stop", "nonesuch", expect=None)
    assert done.returncode == WRONG_USE and "worker-pay" in done.stderr, done


def test_two_instances_do_not_see_each_other(hotel, second):
    second.up(**plain())
    room = register_room(hotel, name="only in the first")
    book = booked(hotel, room)
    assert second.web.get_all("/rooms", q="only in the first") == []
    assert second.web.get(f"/books/{book['id']}", guestId=book["guestId"]).status == 404
    second.stop("all")
    booked(hotel, room, first=20)
    assert {p["state"] for p in second.status().values()} == {"stopped"}
    second.start("all")
    assert not set(hotel.processes()) & set(second.processes())


def test_a_taken_port_is_refused_and_says_by_whom(hotel):
    other = Hotel()
    other.port = hotel.port
    done = other.command("up", settings={"HOTEL_PORT": str(hotel.port)}, expect=None)
    assert done.returncode == FAILED, done
    said = done.stdout + done.stderr
    assert str(hotel.port) in said and "nginx" in said, said
    other.down()


def test_a_state_folder_that_is_reached_by_a_link_is_one_like_any_other():
    other = Hotel()
    folder, link = other.state, other.state.with_suffix(".link")
    link.symlink_to(folder)
    other.state = link
    try:
        other.up()
        other.up()
        before = other.pids("nginx")
        other.restart("nginx")
        assert not set(before) & set(other.pids("nginx"))
        other.command("down")
        other.state = folder
        assert not other.processes()
    finally:
        other.state = folder
        other.down()
        link.unlink()
