# SPDX-License-Identifier: MIT
"""What an operator does and sees."""

import os
import time

from actors import booked, register_room
from conftest import PREFIX, plain
from hotel import Hotel

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
REST_S = 5.0
REST_SHARE_MAX = 0.5
FAILED, WRONG_USE = 1, 2  # exit codes of ./hotel
PROGRAMS = {f"{kind}-{context}" for kind in ("fcgi", "worker") for context in ("room", "book", "pay", "mypage", "alarm", "account")}
SERVERS = {"mariadb", "rabbitmq", "nginx"}


def test_status_names_every_program_and_server(hotel):
    status = hotel.status()
    assert set(status) == PROGRAMS | SERVERS
    for name, program in status.items():
        assert program["state"] == "running" and program["pids"], program
        assert len(program["pids"]) >= (2 if name.startswith("fcgi-") else 1)


def test_up_again_changes_nothing(hotel):
    before = hotel.status()
    begin = time.monotonic()
    hotel.up()
    print(f"up again: {time.monotonic() - begin:.1f} s")
    assert hotel.status() == before
    settings = (hotel.state / "settings").read_text().splitlines()
    assert f"HOTEL_ALARM_PREFIX={PREFIX}" in settings


def test_at_rest_it_takes_little(hotel):
    """A program that polls without a pause would take a whole core; all together take some percent."""
    before = cpu_seconds(hotel)
    time.sleep(REST_S)  # the time measured, not a wait for something
    share = (cpu_seconds(hotel) - before) / REST_S
    print(f"at rest: {share:.1%} of one core")
    assert share < REST_SHARE_MAX


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
    output = done.stdout + done.stderr
    assert [name for name in bad if name not in output] == [], output
    assert hotel.status() == before, "nothing was restarted, nothing recorded"
    hotel.up()
    assert hotel.status() == before


def test_an_unknown_name_is_answered_with_the_known_names(hotel):
    done = hotel.command("stop", "nonesuch", expect=None)
    assert done.returncode == WRONG_USE and "worker-pay" in done.stderr, done


def test_two_instances_do_not_see_each_other(hotel, second):
    second.have(**plain())
    room = register_room(hotel, name="only in the first")
    book = booked(hotel, room)
    assert second.web.get_all("/rooms", q="only in the first") == []
    assert second.web.get(f"/books/{book['id']}", guestId=book["guestId"]).status == 404
    second.stop("all")
    booked(hotel, room, first=20)
    assert {p["state"] for p in second.status().values()} == {"stopped"}
    second.start("all")
    assert not set(hotel.processes()) & set(second.processes())


def test_a_port_in_use_is_refused_and_its_program_named(hotel):
    other = Hotel()
    other.port = hotel.port
    done = other.command("up", settings={"HOTEL_PORT": str(hotel.port)}, expect=None)
    assert done.returncode == FAILED, done
    output = done.stdout + done.stderr
    assert str(hotel.port) in output and "nginx" in output, output
    other.down()


def test_a_state_folder_may_be_a_symbolic_link():
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
