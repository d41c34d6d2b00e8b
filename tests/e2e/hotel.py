# SPDX-License-Identifier: MIT
"""One private MyHotel, driven by ./hotel and looked at from outside."""

import contextlib
import getpass
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import weakref

import web
from waiting import eventually

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMAND_WITHIN_S = 300.0  # the longest a command may take: `up` builds and makes the databases
QUIET_WITHIN_S = 60.0  # requests, events and deliveries in progress must be finished by then
READS_ONLY = ("audit", "check", "dead", "doctor", "status", "trace")  # commands that start and stop nothing
COMPLAINT = re.compile(r"level=(warn|error)|\[(warning|error|crit|alert|emerg)\]|(WARN|CRIT|ERRO?R?) ", re.I)


class Hotel:
    """A system with a state folder and a port of its own."""

    instances = weakref.WeakSet()

    def __init__(self):
        Hotel.instances.add(self)
        self.state = pathlib.Path(tempfile.mkdtemp(prefix="hotel-", dir="/tmp"))
        self.port = free_port()
        self.web = web.public("127.0.0.1", self.port)
        self.recorder = None  # records its events, if there is one
        self.settings = {}  # that `up` was given
        self.kept = None  # (settings, their file) to which forget_settings() goes back
        self.outdated = False  # whether `up` has to apply what forget_settings() recorded
        self.changed = True  # whether a command may have changed what runs, since all_running()
        self.marks = {}  # the length of each log when a scenario began

    # The command

    def command(self, *arguments, settings=None, expect=0, within=COMMAND_WITHIN_S):
        """Runs ./hotel; `expect` is the exit code it must end with, None for any."""
        self.changed |= arguments[0] not in READS_ONLY
        environment = {k: v for k, v in os.environ.items() if not k.startswith("HOTEL_")}
        environment |= {"HOTEL_STATE": str(self.state), **(settings or {})}
        done = subprocess.run(
            [ROOT / "hotel", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=within,
        )
        if arguments[0] == "up" and done.returncode == 0:
            self.settings |= settings or {}
            self.outdated = False
        if expect is not None and done.returncode != expect:
            raise AssertionError(
                f"./hotel {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}"
            )
        return done

    def up(self, **settings):
        return self.command("up", settings={"HOTEL_PORT": str(self.port), **settings})

    def have(self, **settings):
        """Gives it these settings; nothing to do for one that has them and runs."""
        if self.changed or self.outdated or not settings.items() <= self.settings.items():
            self.up(**settings)
            self.all_running()

    def keep_settings(self):
        """What it has now is what it has again after forget_settings()."""
        self.kept = dict(self.settings), (self.state / "settings").read_text()

    def forget_settings(self):
        """Takes back what was changed since keep_settings(), also by an `up` that failed; the next `up`
        applies that."""
        if self.kept and (self.state / "settings").read_text() != self.kept[1]:
            self.settings = dict(self.kept[0])
            (self.state / "settings").write_text(self.kept[1])
            self.outdated = True

    def start(self, *names):
        return self.command("start", *names)

    def stop(self, *names):
        return self.command("stop", *names)

    def restart(self, *names):
        return self.command("restart", *names)

    def status(self):
        """{name: {"name", "state", "pids"}} of all programs and servers, without what changes by itself."""
        status = json.loads(self.command("status", "--json").stdout)
        kept = ("name", "state", "pids")
        return {program["name"]: {key: program[key] for key in kept} for program in status["programs"]}

    def all_running(self):
        """Starts what an earlier scenario left stopped, with the settings that it has to have."""
        if self.outdated:
            self.up()
        if self.changed and any(program["state"] != "running" for program in self.status().values()):
            self.start("all")
        self.changed = False

    def check(self):
        """The invariants hold once everything in progress is finished, and all recorded events are as
        documented."""

        def clean():
            done = self.command("check", expect=None)
            assert done.returncode == 0, f"exit {done.returncode}\n{done.stdout}{done.stderr}"
            return True

        eventually(clean, within=QUIET_WITHIN_S, every=0.5, what="./hotel check is clean")
        if self.recorder:
            self.recorder.check()

    def down(self):
        """Ends the system with all its processes, and removes its folder."""
        self.kept = None
        self.command("down")
        left = self.processes()
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        assert not left, f"down left processes behind: {left}"
        shutil.rmtree(self.state)

    # Its processes

    def pids(self, name):
        return self.status()[name]["pids"]

    def kill(self, name):
        """kill -9 of all processes of one program."""
        self.changed = True
        for pid in self.pids(name):
            kill_9(pid)

    def processes(self):
        """{pid: command line} of all processes of this system: its folder is in the environment or the
        command line, or is the working directory."""
        found = {}
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                environment = (process / "environ").read_bytes().decode()
                folder = os.readlink(process / "cwd")
            except OSError:
                continue  # it has just ended
            if any(str(self.state) in text for text in (command, environment, folder)):
                found[int(process.name)] = command
        return found

    def environments(self):
        """{command line: environment} of all processes of this system."""
        found = {}
        for pid, command in self.processes().items():
            try:
                found[f"{pid} {command}"] = pathlib.Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace")
            except OSError:
                continue  # it has just ended
        return found

    # What only the test sees

    @property
    def run(self):
        return self.state / "run"

    def secret(self, name):
        return (self.state / "secrets" / name).read_text().strip()

    def internal(self):
        """HTTP as the services send it to each other."""
        return web.internal(self.run / "internal.sock", self.service_token)

    def service_token(self, context):
        """With which the operator's tools call a context."""
        return self.keys("call", self.state / "secrets", "operator", context)

    def token(self, account, *roles):
        """An access token of an account."""
        return self.keys("token", self.state / "secrets", str(account), *(roles or ("guest",)))

    def keys(self, *words, issuer=None):
        program = pathlib.Path(os.environ.get("MYHOTEL_BUILD", ROOT / "build" / "release")) / "bin" / "hotel-keys"
        environment = {"LC_ALL": "C.UTF-8", "HOTEL_ISSUER": issuer or f"http://127.0.0.1:{self.port}"}
        done = subprocess.run([program, *words], env=environment, check=True, capture_output=True, text=True,
                              timeout=30)
        return done.stdout.strip()

    def broker_port(self):
        ports = dict(line.split("=") for line in (self.state / "ports").read_text().split())
        return int(ports["amqp"])

    def metrics(self, program, number=0):
        """{name with labels: value} of one process."""
        answer = web.admin(self.run / "admin" / f"{program}-{number}.sock").get("/metrics")
        assert answer.status == 200, answer
        lines = (line for line in answer.body.decode().splitlines() if line and line[0] != "#")
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}

    def mark_logs(self):
        self.marks = {log.name: log.stat().st_size for log in self.logs()}

    def logs(self):
        return sorted(log for log in (self.state / "log").glob("*.log") if log.name != "access.log")

    def complaints(self, lines=12):
        """For people: the output of `status` now, and of each log the last warnings and errors since the
        mark."""
        found = [self.command("status", expect=None).stdout]
        for log in self.logs():
            written = log.read_bytes()
            fresh = written[min(self.marks.get(log.name, 0), len(written)):].decode(errors="replace")
            bad = [line for line in fresh.splitlines() if COMPLAINT.search(line)]
            if bad:
                found += [f"{log.name}:", *bad[-lines:]]
        return "\n".join(found)

    def rows(self, query):
        """The rows of a query, each a tuple of texts (NULL is None)."""
        done = subprocess.run(
            [
                "mariadb",
                "--no-defaults",
                f"--socket={self.run / 'mariadb.sock'}",
                f"--user={getpass.getuser()}",
                f"--password={self.secret('db-root')}",
                "--batch",
                "--skip-column-names",
                f"--execute={query}",
            ],
            capture_output=True,
            text=True,
            timeout=30,
        )
        assert done.returncode == 0, f"{query}: {done.stderr}"
        return [
            tuple(None if cell == "NULL" else cell for cell in line.split("\t"))
            for line in done.stdout.splitlines()
        ]

    def count(self, query):
        ((number,),) = self.rows(query)
        return int(number)


def environment(pid):
    """{name: value} of the environment that a process was started with."""
    lines = pathlib.Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    return dict(line.decode().split("=", 1) for line in lines if line)


def free_port():
    """A free port of the loopback address. It is outside the range from which the kernel and ./hotel
    choose ports, so it stays free while its listener is stopped."""
    for _ in range(200):
        port = random.SystemRandom().randrange(14000, 20000)
        with socket.socket() as probe:
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port
    raise AssertionError("no free port was found")


def kill_9(pid):
    """Kills a process; one that has just ended by itself is fine."""
    for system in Hotel.instances:
        system.changed = True
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
