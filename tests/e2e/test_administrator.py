# SPDX-License-Identifier: MIT
"""The administrator of the databases has a password, which no program is given."""

import getpass
import subprocess

ME = getpass.getuser()
PROGRAMS = [f"{kind}-{context}" for kind in ("fcgi", "worker") for context in ("room", "book", "pay", "mypage", "alarm", "account")]


def login(hotel, *options):
    """What the client says to this user without a password, or with these options."""
    done = subprocess.run(["mariadb", "--no-defaults", f"--socket={hotel.run / 'mariadb.sock'}", f"--user={ME}",
                           *options, "-e", "SELECT COUNT(*) FROM mysql.global_priv"],
                          capture_output=True, text=True, timeout=30)  # fmt: skip
    return done.stdout + done.stderr


def test_nobody_is_administrator_without_the_password(hotel):
    assert "Access denied" in login(hotel)
    assert "Access denied" in login(hotel, "--password=wrong")
    assert "Access denied" not in login(hotel, f"--password={hotel.secret('db-root')}")
    assert (hotel.state / "secrets" / "db-root").stat().st_mode & 0o777 == 0o600


def test_no_program_is_given_the_password(hotel):
    secret = hotel.secret("db-root")
    given = [process for process, words in hotel.environments().items() if secret in words or "db-root" in words]
    assert len(hotel.environments()) > len(PROGRAMS) and not given, given


def test_an_instance_of_an_earlier_version_gets_a_password(second):
    second.rows(f"ALTER USER '{ME}'@'localhost' IDENTIFIED VIA unix_socket")
    (second.state / "secrets" / "db-root").unlink()
    assert "Access denied" not in login(second)
    second.up()
    assert "Access denied" in login(second)
    assert second.count("SELECT COUNT(*) FROM hotel_room.room") >= 0
    second.check()
