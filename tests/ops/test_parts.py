# SPDX-License-Identifier: MIT
"""Parts of ./hotel by themselves, with fakes for what rarely fails by itself."""

import hashlib
import io
import os
import subprocess
import tarfile

import pytest
import yaml

from machine import ROOT, WITHIN_S, environment, part

CONTENT = ("manifest", "settings", "data.sql.gz", "queues")
# Leaves a zombie child and prints its number.
UNREAPED = """
import os, time
child = os.fork() or os._exit(0)
os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
print(child, flush=True)
time.sleep(60)
"""
STRANGE = """안녕 100% "q" it's $HOME `x` = ; #"""


def test_become_gives_a_program_exactly_the_named_variables(state):
    done = part(
        """
        more() { :; }
        export -f more
        readonly LISTED
        called() { local log; exec_clean PATH="$PATH" "HOTEL_ALARM_PREFIX=$PREFIX" HOTEL_X= cat /proc/self/environ; }
        called
        """,
        state, log="hidden by a local one", LISTED="readonly", PREFIX=STRANGE,
    )
    assert dict(word.split("=", 1) for word in done.split("\0") if word) == {
        "PATH": os.environ["PATH"], "HOTEL_ALARM_PREFIX": STRANGE, "HOTEL_X": "",
    }


def test_become_passes_no_value_in_arguments(state):
    spy = state / "env"
    spy.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    spy.chmod(0o700)
    done = part('exec_clean PATH="$STATE:$PATH" HOTEL_SMTP_PASSWORD=secret true', state)
    assert done.endswith("true\n") and "secret" not in done


@pytest.mark.parametrize("left", ["", "3 1700000000\n"])
def test_starts_are_counted_also_after_a_kill_during_the_count(state, left):
    counted = state / "starts"
    counted.write_text(left)
    for times in (b"1", b"2"):
        subprocess.run(
            ["bash", "-c", 'source "$0"; starts_count "$1"', ROOT / "ops/run/prepare.sh", counted],
            env=environment(MYHOTEL_STATE=str(state)), check=True, timeout=WITHIN_S,
        )
        assert counted.read_bytes().split()[0] == times


def test_a_process_is_distinguished_from_another_with_the_same_number(state):
    done = part(
        """
        sleep 60 & pid=$!
        identity_read "$pid"
        one=$IDENTITY other=$pid:1
        identity_is_alive "$one" && echo "is alive"
        identity_is_alive "$other" || echo "is another"
        identity_is_alive "" || echo "is nobody"
        kill "$pid"
        wait "$pid" || true
        identity_is_alive "$one" || echo "is gone"
        exec {ended}< <(exec python3 -c "$UNREAPED")
        parent=$!
        read -r pid <&"$ended"
        [[ -e /proc/$pid ]] && ! identity_read "$pid" && echo "has ended"
        kill "$parent"
        """,
        state, UNREAPED=UNREAPED,
    )
    assert done.splitlines() == ["is alive", "is another", "is nobody", "is gone", "has ended"]


def test_waiting_for_a_process_ends_when_its_number_is_reused(state):
    part(
        """
        processes_refresh() { PROCESS_PIDS[fcgi-alarm:fcgi-alarm-1]=$$; }
        supervisor_call() { identity_read() { IDENTITY=$1:later; }; }
        process_end fcgi-alarm:fcgi-alarm-1
        """,
        state,
    )


def test_a_variable_name_that_cannot_be_exported_is_reported(state):
    done = part('(exec_clean HOTEL_A-B=1 true) 2>&1 || echo "ended by $?"', state)
    assert "HOTEL_A-B" in done and done.endswith("ended by 1\n")


def test_tools_get_no_settings_of_the_mail_server(state):
    (state / "ports").write_text("amqp=1\nepmd=2\ndist=3\n")
    (state / "settings").write_text("HOTEL_SMTP_PASSWORD=secret\nHOTEL_LANGUAGE=ko\n")
    for environment in ("check_environment", "schema_environment mypage"):
        done = part(environment, state)
        assert "HOTEL_LANGUAGE=ko" in done and "SMTP" not in done
    assert "HOTEL_SMTP_PASSWORD=secret" in part("program_environment worker-alarm", state)


@pytest.mark.parametrize("zone, words", [
    ("Asia/Seoul", "+09:00=KST"), ("Europe/Berlin", "+01:00=CET,+02:00=CEST"), ("Europe/London", "+00:00=GMT,+01:00=BST"),
    ("America/New_York", "-04:00=EDT,-05:00=EST"), ("Asia/Dubai", "+04:00=(UTC+04:00)"),
    ("Asia/Kathmandu", "+05:45=(UTC+05:45)"),
])
def test_pages_call_the_hotel_s_clocks_as_texts_of_the_server_do(state, zone, words):
    assert part(f"zone_words {zone}", state) == f"{words}\n"


@pytest.mark.parametrize("limit", ["NIGHTS_MAX", "DAYS_AHEAD"])
def test_a_limit_of_the_pages_is_that_of_the_domain(state, limit):
    header = (ROOT / "lib/domain/stay.h").read_text(encoding="utf-8")
    number = part(f"stay_limit {limit}", state).strip()
    assert number.isdigit() and f"#define STAY_{limit} {number} " in " ".join(header.split())


def test_an_installation_keeps_the_traps_of_its_caller(state):
    done = part(
        """
        ROOT=$STATE
        policy_place() { :; }
        policy_remove() { echo "policy removed"; }
        units_enabled() { :; }
        apt_get() { :; }
        trap 'echo "cleared away"' EXIT
        packages_install one
        echo "goes on"
        """,
        state,
    )
    assert done.splitlines()[-3:] == ["policy removed", "goes on", "cleared away"]


def test_a_backup_waits_for_the_longest_delivery_that_settings_allow(state):
    longest = part("settings_table | sed -n 's/^HOTEL_DELIVERY_TIMEOUT_MS\\t.*to \\([0-9]*\\)\\t.*/\\1/p'", state)
    assert int(part('printf %d "$WORKER_LOCK_S"', state)) >= int(longest) / 1000 + 20
    assert 2 * int(part('printf %d "$WORKER_LOCK_S"', state)) < int(part(
        """sed -n 's/.*start_s=\\([0-9]*\\) .*/\\1/p' "$ROOT/compose/operator" """, state))


def test_a_backup_stops_surplus_workers_too(state):
    done = part(
        """
        source "$ROOT/ops/command/backup.sh"
        supervisor_processes() { printf 'worker-book:worker-book-%d RUNNING 7\\n' 0 3; }
        processes_refresh
        workers_processes
        """,
        state,
    ).split()
    assert {"worker-book:worker-book-0", "worker-book:worker-book-3", "worker-pay:worker-pay-0"} <= set(done)
    assert "worker-book:worker-book-1" not in done


@pytest.fixture
def backup(tmp_path):
    """A backup that can be unpacked; a colon in its name does not make it a remote file."""
    data = {name: os.urandom(20000) for name in CONTENT}
    data["sums"] = "".join(f"{hashlib.sha256(data[n]).hexdigest()}  {n}\n" for n in CONTENT).encode()
    with tarfile.open(tmp_path / "at:noon.backup", "w") as file:
        for name, content in data.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            file.addfile(member, io.BytesIO(content))
    return tmp_path / "at:noon.backup"


def unpacked(state, backup, before=""):
    return part(
        f"""
        CONTENT=$STATE/restore
        cd {backup.parent}
        {before}
        (backup_unpack {backup.name} "") 2>&1 || echo "ended by $?"
        """,
        state,
    )


def test_a_full_disk_is_not_reported_as_a_damaged_backup(state, backup):
    assert "another format" in unpacked(state, backup)
    done = unpacked(state, backup, "trap '' XFSZ; ulimit -f 10")
    assert "cannot be unpacked: tar: " in done and done.endswith("ended by 1\n")


# The last fraction ends within the checksums.
@pytest.mark.parametrize("part_of_it", [0, 0.1, 0.5, 0.826])
def test_an_incomplete_backup_is_refused(state, backup, part_of_it):
    backup.write_bytes(backup.read_bytes()[: int(backup.stat().st_size * part_of_it)])
    done = unpacked(state, backup)
    assert "not a backup, or is incomplete" in done and done.endswith("ended by 2\n")


# The commands that a backup is made with, and what they would find.
MAKES = """
source "$ROOT/ops/command/backup.sh"
trap - EXIT
workers_lock() { :; }
workers_stop() { :; }
workers_unlock() { :; }
queues_save() { echo "an event of $WHO"; echo 1 >&2; }
databases_dump() {
	echo "-- Current Database: hotel_room"
	echo "INSERT INTO book VALUES ('$WHO')"
	clear_seen
	echo "-- Dump completed"
}
# Notes every file of the backup that can be read; when the databases are dumped, and when all is packed.
clear_seen() {
	local file
	for file in "$FOLDER"/* "$TARGET"*; do
		[[ -d $file ]] || ! zcat -f "$file" | grep -aq "$WHO" || echo "$file" >>"$STATE/in-clear"
	done
}
sync() { clear_seen; }
migrations_applied() { :; }
settings_saved() { echo "HOTEL_SMTP_PASSWORD=$WHO"; }
version_here() { echo 1; }
"""
WHO = "Hong Gildong"


@pytest.fixture
def keys(tmp_path):
    """The files of two private keys, and of the public one of the first."""
    for name in ("mine", "other"):
        subprocess.run(["age-keygen", "-o", tmp_path / name], check=True, capture_output=True)
    public = subprocess.run(["age-keygen", "-y", tmp_path / "mine"], check=True, capture_output=True)
    (tmp_path / "public").write_bytes(public.stdout)
    return tmp_path


def made(state, key):
    """A backup, encrypted for the public key in a file if there is one."""
    target = state.parent / "made.backup"
    part(f'{MAKES}\nTARGET="$FILE"; backup_key_require "$KEY"; backup_make', state, FILE=str(target), KEY=str(key), WHO=WHO)
    return target


def opened(state, backup, identity=""):
    """What restore reads of a backup, or its message."""
    return part(
        """
        CONTENT=$STATE/restore
        ( backup_unpack "$FILE" "$KEY" && backup_part queues && backup_part settings &&
          backup_part data.sql.gz | gzip -dc ) 2>&1 || echo "ended by $?"
        if [[ -d $CONTENT ]]; then zcat -f "$CONTENT"/* | grep -a "$WHO" | sed 's/^/in clear: /' || true; fi
        """,
        state, FILE=str(backup), KEY=str(identity), WHO=WHO,
    )


def test_an_encrypted_backup_is_on_the_disk_in_clear_at_no_time(state, keys):
    backup = made(state, keys / "public")
    assert not (state / "in-clear").exists() and WHO.encode() not in backup.read_bytes()
    done = opened(state, backup, keys / "mine")
    assert f"an event of {WHO}" in done and f"VALUES ('{WHO}')" in done and f"PASSWORD={WHO}" in done, done
    assert "encrypted" in done and "ended by" not in done and "in clear" not in done, done


def test_without_a_key_a_backup_is_as_before(state):
    backup = made(state, "")
    assert (state / "in-clear").exists(), "what is in clear is seen"
    with tarfile.open(backup) as whole:
        assert whole.getnames() == [*CONTENT, "sums"]
        sums = whole.extractfile("sums").read().decode()
        for line in sums.splitlines():
            digest, name = line.split("  ")
            assert hashlib.sha256(whole.extractfile(name).read()).hexdigest() == digest
    assert [line.split("  ")[1] for line in sums.splitlines()] == list(CONTENT)
    done = opened(state, backup)
    assert f"an event of {WHO}" in done and "encrypted" not in done


def test_a_key_that_is_missing_or_does_not_fit_is_named_with_the_cure(state, keys):
    backup = made(state, keys / "public")
    for identity, why in (("", "is encrypted; name the file of the private key with --identity FILE"),
                          (keys / "none", "cannot read the private key"),
                          (keys / "public", "is not a file of private keys of age"),
                          (keys / "other", "it was encrypted for others, or is damaged")):
        done = opened(state, backup, identity)
        assert why in done and done.endswith("ended by 2\n"), done
    done = opened(state, made(state, ""), keys / "mine")
    assert "is not encrypted, so it may be another file" in done and "\nended by 2\n" in done


def at_a_terminal(command, typed):
    """Runs a command at a terminal of its own, where somebody types."""
    return subprocess.run(["script", "-qec", command, "/dev/null"], input=typed, capture_output=True, text=True,
                          check=True, timeout=WITHIN_S).stdout


def test_the_passphrase_of_a_private_key_is_asked_for_once(state, keys):
    at_a_terminal(f"age -p -o {keys}/locked {keys}/mine", "a passphrase\n" * 2)
    script = f"""for part in {ROOT}/ops/lib/*.sh; do source "$part"; done
        CONTENT={state}/restore; backup_unpack {made(state, keys / "public")} {keys}/locked; backup_part settings"""
    (state / "opens").write_text(script)
    done = at_a_terminal(f"bash -euo pipefail {state}/opens", "a passphrase\n")
    assert f"PASSWORD={WHO}" in done and done.count("passphrase for identity") <= 1, done


def repacked(backup, change):
    """A backup with its parts changed."""
    with tarfile.open(backup) as whole:
        parts = {member.name: whole.extractfile(member).read() for member in whole}
    with tarfile.open(backup, "w") as whole:
        for name, data in change(parts).items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            whole.addfile(member, io.BytesIO(data))


def test_an_altered_part_of_an_encrypted_backup_is_refused(state, keys):
    backup = made(state, keys / "public")
    whole = backup.read_bytes()
    for how in (lambda data: data[:-1], lambda data: data[:-40] + bytes([data[-40] ^ 1]) + data[-39:],
                lambda data: data + b"x", lambda data: b""):  # fmt: skip
        for name in (*CONTENT, "sums"):
            backup.write_bytes(whole)
            repacked(backup, lambda parts: parts | {f"{name}.age": how(parts[f"{name}.age"])})
            done = opened(state, backup, keys / "mine")
            assert "damaged" in done and done.endswith("ended by 2\n"), (name, done)


def test_parts_of_two_encrypted_backups_do_not_make_one(state, keys):
    """Who has the public key could encrypt other settings, with another mail server, but not their checksum."""
    backup = made(state, keys / "public")
    foreign = subprocess.run(["age", "-R", keys / "public"], input=b"HOTEL_SMTP_URL=smtp://evil.example\n",
                             capture_output=True, check=True).stdout
    repacked(backup, lambda parts: parts | {"settings.age": foreign})
    assert "its checksums do not match" in opened(state, backup, keys / "mine")


def compose(command, *arguments, path, **settings):
    """A command of the stack, with a docker that says what it was asked."""
    docker = path / "docker"
    docker.write_text(f'#!/bin/sh\necho "$*" >>{path}/called\nexit 1\n')
    docker.chmod(0o700)
    return subprocess.run([ROOT / "compose" / command, *map(str, arguments)], capture_output=True, text=True, timeout=WITHIN_S,
                          env=environment(PATH=f"{path}:/usr/bin:/bin", **settings))


def test_the_stack_restores_nothing_without_the_key(state, keys):
    backup = made(state, keys / "public")
    for options, why in (((), "name the file of the private key with --identity FILE"),
                         (("--force", "--identity", keys / "other"), "it was encrypted for others, or is damaged"),
                         (("--identity=/nowhere", "--force"), "cannot read the private key"),
                         (("--identity",), "usage: restore FILE"),
                         (("--erased",), "usage: restore FILE"), (("--erased=/nowhere",), "is no list of what was erased"), (("--identity", keys / "mine", "more"), "usage: restore FILE")):
        done = compose("restore", backup, *options, path=keys)
        assert done.returncode == 2 and why in done.stderr, (options, done)
        assert not (keys / "called").exists(), "nothing was begun"
    done = compose("restore", backup, "--identity", keys / "mine", path=keys)
    assert "complete" in done.stdout and "encrypted" in done.stdout and (keys / "called").exists()


def test_the_stack_makes_no_backup_in_clear_where_a_key_was_meant(keys):
    for wrong in ("/nowhere", keys / "mine"):
        done = compose("backup", keys / "b", path=keys, HOTEL_BACKUP_KEY_FILE=str(wrong))
        assert done.returncode == 2 and "HOTEL_BACKUP_KEY_FILE" in done.stderr and not (keys / "called").exists()


def test_a_backup_whose_encryption_fails_is_not_made(state, keys):
    done = part(
        f"""{MAKES}
        age() {{ [[ $* != *-R* || -e $STATE/once ]] || {{ : >"$STATE/once"; command age "$@"; return; }}; cat >/dev/null; return 3; }}
        TARGET=$STATE/b; backup_key_require "$KEY"
        (backup_make) 2>&1 || echo "ended by $?"
        """,
        state, KEY=str(keys / "public"), WHO=WHO,
    )
    assert done.endswith("ended by 1\n") and not (state / "b").exists() and "backed up" not in done


@pytest.mark.parametrize("users, ended", [("printf 'marketing\\t[]\\n'", "ended by 1\n"),
                                          ("return 69", "ended by 1\n"),
                                          ("printf 'marketing2\\t[]\\n'", "")])  # fmt: skip
def test_a_user_that_cannot_be_deleted_is_reported_unless_it_does_not_exist(state, users, ended):
    done = part(
        f"""
        source "$ROOT/ops/command/consumer.sh"
        rabbitmq_tool() {{
            case $* in
            *delete_user*) return 69 ;;
            *list_users*) {users} ;;
            esac
        }}
        (consumer_forbid marketing) 2>&1 || echo "ended by $?"
        """,
        state,
    )
    assert done.endswith(ended) and ("did not delete the user marketing" in done) == bool(ended), done


@pytest.mark.parametrize("shared, missing", [("backup_make", "version_here"), ("consumer", "rabbitmq_log"),
                                             ("rotation", "broker_define")])
def test_a_shared_part_refuses_a_command_that_lacks_a_function(state, shared, missing):
    command = {"backup_make": "backup", "consumer": "consumer", "rotation": "secrets"}[shared]
    done = part(
        f"""
        source "$ROOT/ops/command/{command}.sh"
        unset -f {missing}
        (source "$ROOT/ops/shared/{shared}.sh") 2>&1 || echo "ended by $?"
        """,
        state,
    )
    assert missing in done and "queues_save" not in done and done.endswith("ended by 1\n"), done


@pytest.mark.parametrize("listen, more, names", [
    ("127.0.0.1", "", "localhost 127.0.0.1 [::1]"),
    ("localhost", "", "localhost 127.0.0.1 [::1]"),
    ("::1", "", "localhost 127.0.0.1 [::1]"),
    ("127.0.0.5", "", "localhost 127.0.0.1 [::1] 127.0.0.5"),
    ("127.0.0.1", "room book", "localhost 127.0.0.1 [::1] room book"),
])
def test_the_names_of_an_instance_are_those_it_listens_on(state, listen, more, names):
    """Any other Host is refused."""
    assert part(f"SETTING[HOTEL_LISTEN]={listen}; host_names {more}", state) == names + "\n"


def machine_of(state, total_kb, groups, limits):
    """A machine with so much memory, and limits of control groups by path below /sys/fs/cgroup."""
    proc, cgroups = state / "proc", state / "cgroups"
    (proc / "self").mkdir(parents=True)
    (proc / "meminfo").write_text(f"MemTotal:       {total_kb} kB\nMemFree:        1 kB\n")
    (proc / "self/cgroup").write_text(groups)
    for path, limit in limits.items():
        (cgroups / path).parent.mkdir(parents=True, exist_ok=True)
        (cgroups / path).write_text(f"{limit}\n")
    return f"{proc} {cgroups}"


GIB_KB = 1024 * 1024
UNLIMITED = 9223372036854771712  # as version 1 says it


@pytest.mark.parametrize("total_gib, groups, limits, expected", [
    (8, "0::/users/hotel\n", {"users/hotel/memory.max": "max"}, 8192),
    (8, "0::/users/hotel\n", {"users/hotel/memory.max": 2 << 30}, 2048),
    (8, "0::/users/hotel\n", {"users/hotel/memory.max": "max", "users/memory.max": 3 << 30}, 3072),
    (8, "0::/\n", {"memory.max": 1 << 30}, 1024),
    (8, "4:memory:/box\n1:cpu:/box\n", {"memory/box/memory.limit_in_bytes": 1 << 30}, 1024),
    (8, "4:memory:/box\n", {"memory/box/memory.limit_in_bytes": UNLIMITED}, 8192),
    (8, "0::/gone\n", {}, 8192),
    (1, "0::/a\n", {"a/memory.max": 4 << 30}, 1024),
])
def test_memory_is_the_machines_or_what_control_groups_leave_of_it(state, total_gib, groups, limits, expected):
    machine = machine_of(state, total_gib * GIB_KB, groups, limits)
    assert part(f"memory_mb {machine}", state) == str(expected)


@pytest.mark.parametrize("memory_mb, pool_mb, redo_mb", [
    (256, 128, 128), (1024, 256, 128), (2000, 384, 128), (8192, 2048, 512), (65536, 16384, 512),
])
def test_mariadb_gets_a_quarter_of_the_memory(state, memory_mb, pool_mb, redo_mb):
    assert part(f"mariadb_buffer_pool_mb {memory_mb}; echo; mariadb_redo_mb {pool_mb}", state) == f"{pool_mb}\n{redo_mb}"


@pytest.mark.parametrize("limit, pool_mb", [
    (1 << 30, 256), (4 << 30, 1792), (64 << 20, 128), ("max", None), (UNLIMITED, None), (None, None),
])
def test_mariadb_of_the_stack_gets_half_of_its_containers_memory(state, limit, pool_mb):
    stack = yaml.safe_load((ROOT / "compose/compose.yaml").read_text())
    shell, option, script, name = stack["services"]["mariadb"]["entrypoint"]
    groups, program = state / "memory.max", state / "docker-entrypoint.sh"
    if limit is not None:
        groups.write_text(f"{limit}\n")
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    program.chmod(0o700)
    script = script.replace("$$", "$").replace("/sys/fs/cgroup/memory.max", str(groups))
    script = script.replace("/sys/fs/cgroup/memory/memory.limit_in_bytes", str(state / "none"))
    done = subprocess.run(
        [shell, option, script, name, "--back-log=512"], env=environment(PATH=f"{state}:{os.environ['PATH']}"),
        capture_output=True, text=True, check=True, timeout=WITHIN_S,
    )
    total_kb = int(next(line.split()[1] for line in open("/proc/meminfo") if line.startswith("MemTotal")))
    expected = pool_mb or max(total_kb // 1024 // 4, 128)
    server, pool, given = done.stdout.split()
    assert (server, given) == ("mariadbd", "--back-log=512")
    assert abs(int(pool.removeprefix("--innodb-buffer-pool-size=").removesuffix("M")) - expected) <= 1
