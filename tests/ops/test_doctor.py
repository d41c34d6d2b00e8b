"""./hotel doctor: each fault of a machine or a state folder is made, named, and mended as it says."""

import os
import resource
import shutil
import subprocess
import time

import pytest

from machine import ROOT, environment, hotel, part

FOUND = 1
FUTURE_S = 86400
NOBODY = 65534


def findings(told):
    """[(what is wrong, the command)] of what doctor said."""
    assert told.returncode == FOUND, told
    lines = told.stdout.splitlines()
    assert len(lines) % 2 == 0 and all(line.startswith("    ") for line in lines[1::2]), told.stdout
    return [(what, command.strip()) for what, command in zip(lines[::2], lines[1::2])]


def found(told, sentence):
    """The command of the one finding that has this sentence in it."""
    (command,) = [command for what, command in findings(told) if sentence in what]
    return command


def looked(look, state, before=""):
    """What one look finds: for faults that a test cannot make on a real machine."""
    return part(
        f'FINDINGS=0; source "$ROOT/ops/command/doctor.sh"; build_locate; {before}\nlook_{look}', state
    )


@pytest.fixture
def checkout(tmp_path):
    """A copy of what ./hotel needs to look around, to be spoilt."""
    root = tmp_path / "checkout"
    shutil.copytree(ROOT / "ops", root / "ops")
    shutil.copy2(ROOT / "hotel", root / "hotel")
    return root


def test_before_the_first_up_nothing_is_wrong_and_nothing_is_made(tmp_path):
    told = hotel("doctor", HOTEL_STATE=str(tmp_path / "none"), HOTEL_PORT="1")
    assert told.returncode == 0, told
    assert told.stdout.startswith("Nothing is wrong.\n") and "./hotel up" in told.stdout
    assert not (tmp_path / "none").exists()


def test_missing_packages_are_named(checkout, tmp_path):
    with open(checkout / "ops" / "packages" / "run", "a") as packages:
        packages.write("no-such-package  # that nobody has\n")
    command = found(hotel("doctor", root=checkout, HOTEL_STATE=str(tmp_path / "s")), "no-such-package")
    assert command.startswith("apt-get install") and "no-such-package" in command


def test_a_clock_that_is_behind_is_told_by_files_from_the_future(checkout, tmp_path):
    ahead = time.time() + FUTURE_S
    os.utime(checkout / "hotel", (ahead, ahead))
    command = found(hotel("doctor", root=checkout, HOTEL_STATE=str(tmp_path / "s")), "the clock says")
    assert "timedatectl" in command


def test_too_few_open_files_are_told(tmp_path):
    def few():
        resource.setrlimit(resource.RLIMIT_NOFILE, (512, 512))

    told = hotel("doctor", before=few, HOTEL_STATE=str(tmp_path / "s"))
    assert "nofile" in found(told, "may open 512 files at most")


def test_a_taken_port_is_told_with_its_holder(tmp_path, listener):
    told = hotel("doctor", HOTEL_STATE=str(tmp_path / "s"), HOTEL_PORT=str(listener))
    command = found(told, f"port {listener} is taken")
    assert f"process {os.getpid()}" in told.stdout
    assert f"HOTEL_PORT={listener + 1}" in command


def test_a_path_too_long_for_sockets_is_told(tmp_path):
    command = found(hotel("doctor", HOTEL_STATE=str(tmp_path / ("x" * 100))), "too long by")
    assert "HOTEL_STATE=" in command


def test_a_folder_of_somebody_else_is_told_and_left_alone(tmp_path):
    (tmp_path / "precious").write_text("mine")
    found(hotel("doctor", HOTEL_STATE=str(tmp_path)), "is not a state folder of MyHotel")
    assert [file.name for file in tmp_path.iterdir()] == ["precious"]


def test_a_full_disk_is_told(state):
    told = looked("disk", state, "df() { printf 'Avail\\n12M\\n'; }")
    assert "only 12 MB are free" in told and "du -xsh" in told


def test_a_localhost_that_is_nobody_is_told(state):
    assert "/etc/hosts" in looked("localhost", state, "getent() { return 2; }")


def test_a_folder_that_cannot_be_written_is_told(checkout, tmp_path):
    tmp_path.chmod(0o555)

    def not_as_root():
        if os.geteuid() == 0:
            os.setgid(NOBODY)
            os.setuid(NOBODY)

    told = hotel("doctor", root=checkout, before=not_as_root, HOTEL_STATE=str(tmp_path / "s"))
    assert "HOTEL_STATE=" in found(told, f"{tmp_path} cannot be written")


def test_secrets_that_others_may_read_are_told_and_mended(state):
    secret = state / "secrets" / "db-book"
    secret.write_text("secret")
    secret.chmod(0o644)
    command = found(hotel("doctor", HOTEL_STATE=str(state)), f"others may read {secret}")
    subprocess.run(command, shell=True, check=True)
    assert oct(secret.stat().st_mode & 0o777) == "0o600"
    assert "others may read" not in hotel("doctor", HOTEL_STATE=str(state)).stdout


def test_a_state_folder_that_is_open_to_others_is_told(state):
    state.chmod(0o755)
    assert str(state) in found(hotel("doctor", HOTEL_STATE=str(state)), f"others may read {state}")


def test_files_of_another_user_are_told(state):
    told = looked("owner", state, "id() { printf 'somebody\\n'; }")
    assert "and you are somebody" in told and "sudo -u" in told


def test_processes_without_their_supervisor_are_told_and_ended(state):
    left = subprocess.Popen(["sleep", "300"], env=environment(MYHOTEL_STATE=str(state)))
    try:
        command = found(hotel("doctor", HOTEL_STATE=str(state)), f"are not: {left.pid}")
        subprocess.run(command, shell=True, check=True, cwd=ROOT, capture_output=True)
        assert left.wait(10) != 0
    finally:
        left.kill()
        left.wait()


def test_one_that_is_down_is_told_and_how_it_comes_up(state):
    assert found(hotel("doctor", HOTEL_STATE=str(state)), "MyHotel is down").endswith("./hotel up")


def test_arguments_are_refused():
    assert hotel("doctor", "now").returncode == 2
