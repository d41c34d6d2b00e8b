# SPDX-License-Identifier: MIT
"""./hotel doctor: each problem is caused, reported, and fixed by the command that doctor prints."""

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


def findings(done):
    """[(problem, command)] in the output of doctor."""
    assert done.returncode == FOUND, done
    lines = [line for line in done.stdout.splitlines() if not line.startswith("Backups are ")]
    assert len(lines) % 2 == 0 and all(line.startswith("    ") for line in lines[1::2]), done.stdout
    return [(what, command.strip()) for what, command in zip(lines[::2], lines[1::2])]


def found(done, sentence):
    """The command of the only finding whose problem contains this sentence."""
    (command,) = [command for what, command in findings(done) if sentence in what]
    return command


def checked(check, state, before=""):
    """The findings of one check, for faults that a test cannot cause on a real machine."""
    return part(
        f'FINDINGS=0; source "$ROOT/ops/command/doctor.sh"; build_locate; {before}\ncheck_{check}', state
    )


@pytest.fixture
def checkout(tmp_path):
    """A copy of ./hotel and ops/, to be changed."""
    root = tmp_path / "checkout"
    shutil.copytree(ROOT / "ops", root / "ops")
    shutil.copy2(ROOT / "hotel", root / "hotel")
    return root


def test_before_the_first_up_there_are_no_findings_and_no_state_folder(tmp_path):
    done = hotel("doctor", HOTEL_STATE=str(tmp_path / "none"), HOTEL_PORT="1")
    assert done.returncode == 0, done
    assert done.stdout.startswith("No problems found.\n") and "./hotel up" in done.stdout
    assert not (tmp_path / "none").exists()


def test_missing_packages_are_reported(checkout, tmp_path):
    with open(checkout / "ops" / "packages" / "run", "a") as packages:
        packages.write("no-such-package  # that no archive has\n")
    command = found(hotel("doctor", root=checkout, HOTEL_STATE=str(tmp_path / "s")), "no-such-package")
    assert command.startswith("apt-get install") and "no-such-package" in command


def test_files_from_the_future_show_that_the_clock_is_behind(checkout, tmp_path):
    ahead = time.time() + FUTURE_S
    os.utime(checkout / "hotel", (ahead, ahead))
    command = found(hotel("doctor", root=checkout, HOTEL_STATE=str(tmp_path / "s")), "the clock says")
    assert "timedatectl" in command


def test_a_low_limit_of_open_files_is_reported(tmp_path):
    def few():
        resource.setrlimit(resource.RLIMIT_NOFILE, (512, 512))

    done = hotel("doctor", before=few, HOTEL_STATE=str(tmp_path / "s"))
    assert "nofile" in found(done, "may open only 512 files")


def test_a_port_in_use_is_reported_with_its_process(tmp_path, listener):
    done = hotel("doctor", HOTEL_STATE=str(tmp_path / "s"), HOTEL_PORT=str(listener))
    command = found(done, f"port {listener} is taken")
    assert f"process {os.getpid()}" in done.stdout
    assert f"HOTEL_PORT={listener + 1}" in command


def test_a_path_that_is_too_long_for_sockets_is_reported(tmp_path):
    command = found(hotel("doctor", HOTEL_STATE=str(tmp_path / ("x" * 100))), "too long by")
    assert "HOTEL_STATE=" in command


def test_a_folder_with_other_files_is_reported_and_not_touched(tmp_path):
    (tmp_path / "precious").write_text("mine")
    found(hotel("doctor", HOTEL_STATE=str(tmp_path)), "is not a state folder of MyHotel")
    assert [file.name for file in tmp_path.iterdir()] == ["precious"]


def test_a_full_disk_is_reported(state):
    done = checked("disk", state, "df() { printf 'Avail\\n12M\\n'; }")
    assert "only 12 MB are free" in done and "du -xsh" in done


def test_a_localhost_that_does_not_resolve_is_reported(state):
    assert "/etc/hosts" in checked("localhost", state, "getent() { return 2; }")


def test_a_folder_without_write_permission_is_reported(checkout, tmp_path):
    tmp_path.chmod(0o555)

    def not_as_root():
        if os.geteuid() == 0:
            os.setgid(NOBODY)
            os.setuid(NOBODY)

    done = hotel("doctor", root=checkout, before=not_as_root, HOTEL_STATE=str(tmp_path / "s"))
    assert "HOTEL_STATE=" in found(done, f"cannot write to {tmp_path}")


def test_secrets_that_other_users_may_read_are_reported_and_fixed(state):
    secret = state / "secrets" / "db-book"
    secret.write_text("secret")
    secret.chmod(0o644)
    command = found(hotel("doctor", HOTEL_STATE=str(state)), f"other users may read {secret}")
    subprocess.run(command, shell=True, check=True)
    assert oct(secret.stat().st_mode & 0o777) == "0o600"
    assert "other users may read" not in hotel("doctor", HOTEL_STATE=str(state)).stdout


def test_a_state_folder_that_other_users_may_read_is_reported(state):
    state.chmod(0o755)
    assert str(state) in found(hotel("doctor", HOTEL_STATE=str(state)), f"other users may read {state}")


def test_files_of_another_user_are_reported(state):
    done = checked("owner", state, "id() { printf 'somebody\\n'; }")
    assert "but you are somebody" in done and "sudo -u" in done


def test_what_is_risky_where_others_reach_the_system_is_reported(state):
    public = {"HOTEL_STATE": str(state), "HOTEL_URL": "https://hotel.example", "HOTEL_AUTH": "on"}
    said = "HOTEL_DEMO=on makes demo accounts and accepts cards for trials"
    assert found(hotel("doctor", **public), said).startswith("HOTEL_DEMO=off")
    assert said not in hotel("doctor", HOTEL_DEMO="off", **public).stdout


def test_processes_without_a_supervisor_are_reported_and_ended(state):
    left = subprocess.Popen(["sleep", "300"], env=environment(MYHOTEL_STATE=str(state)))
    try:
        command = found(hotel("doctor", HOTEL_STATE=str(state)), f"still run: {left.pid}")
        subprocess.run(command, shell=True, check=True, cwd=ROOT, capture_output=True)
        assert left.wait(10) != 0
    finally:
        left.kill()
        left.wait()


def test_an_instance_that_is_down_is_reported_with_the_command_to_start_it(state):
    assert found(hotel("doctor", HOTEL_STATE=str(state)), "MyHotel is down").endswith("./hotel up")


def test_it_says_whether_backups_are_encrypted_and_checks_their_keys(state):
    def said(keys):
        (state / "settings").write_text(f"HOTEL_BACKUP_KEY_FILE={keys}\n")
        return hotel("doctor", HOTEL_STATE=str(state))

    assert said("").stdout.endswith("\nBackups are not encrypted; for a key: ./hotel help backup\n")
    keys = state / "backup.keys"
    private = subprocess.run(["age-keygen"], capture_output=True, text=True, check=True).stdout
    keys.write_text(private.split("public key: ")[1].split()[0] + "\n")
    done = said(keys)
    assert done.stdout.endswith(f"\nBackups are encrypted for the keys in {keys}.\n")
    assert not [what for what, _ in findings(done) if "BACKUP" in what]
    assert "HOTEL_BACKUP_KEY_FILE" not in said("").stdout
    for wrong, why in ((state / "none", "cannot be read"), ("backup.keys", "is not an absolute path")):
        found(said(wrong), f'HOTEL_BACKUP_KEY_FILE="{wrong}" {why}')
    keys.write_text(private)
    found(said(keys), "has a private key, which must not be on this machine")
    assert "AGE-SECRET-KEY" not in said(keys).stdout
    keys.write_text("age1nonsense\n")
    found(said(keys), "is not a file of public keys of age")


def test_arguments_are_refused():
    assert hotel("doctor", "now").returncode == 2
