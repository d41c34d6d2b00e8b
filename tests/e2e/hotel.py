"""One private MyHotel, driven by its own command and looked at from outside."""

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

import web
from waiting import eventually

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMAND_WITHIN_S = 300.0  # the longest a command may take: `up` builds and makes the databases
QUIET_WITHIN_S = 60.0  # all that is under way must be done by then
COMPLAINT = re.compile(r"level=(warn|error)|\[(warning|error|crit|alert|emerg)\]|(WARN|CRIT|ERRO?R?) ", re.I)


class Hotel:
    """A system with a state folder and a port of its own."""

    def __init__(self):
        self.state = pathlib.Path(tempfile.mkdtemp(prefix="hotel-", dir="/tmp"))
        self.port = free_port()
        self.web = web.public("127.0.0.1", self.port)
        self.listener = None  # who listens to its events, if somebody does
        self.marks = {}  # how long each log was when a story began

    # The command

    def command(self, *arguments, settings=None, expect=0, within=COMMAND_WITHIN_S):
        """Runs ./hotel; `expect` is the exit code it must end with, None for any."""
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
        if expect is not None and done.returncode != expect:
            raise AssertionError(
                f"./hotel {' '.join(arguments)}: exit {done.returncode}\n{done.stdout}{done.stderr}"
            )
        return done

    def up(self, **settings):
        return self.command("up", settings={"HOTEL_PORT": str(self.port), **settings})

    def start(self, *names):
        return self.command("start", *names)

    def stop(self, *names):
        return self.command("stop", *names)

    def restart(self, *names):
        return self.command("restart", *names)

    def status(self):
        """{name: {"name", "state", "pids"}} of all programs and servers."""
        told = json.loads(self.command("status", "--json").stdout)
        return {program["name"]: program for program in told["programs"]}

    def all_running(self):
        """Starts what an earlier test left stopped; nothing to do when all is well."""
        if any(program["state"] != "running" for program in self.status().values()):
            self.start("all")

    def check(self):
        """The invariants hold, as soon as all that was under way is done, and all events that were
        heard are as documented."""

        def clean():
            done = self.command("check", expect=None)
            assert done.returncode == 0, f"exit {done.returncode}\n{done.stdout}{done.stderr}"
            return True

        eventually(clean, within=QUIET_WITHIN_S, every=0.5, what="./hotel check is clean")
        if self.listener:
            self.listener.check()

    def down(self):
        """Ends the system, to the last process, and removes its folder."""
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
        """kill -9 of one program's processes, all of them."""
        for pid in self.pids(name):
            kill_9(pid)

    def processes(self):
        """{pid: command line} of all that belongs to this system: its folder is in the
        environment or the command line, or is where it works."""
        found = {}
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                environment = (process / "environ").read_bytes().decode()
                folder = os.readlink(process / "cwd")
            except OSError:
                continue  # it ended while being looked at
            if any(str(self.state) in told for told in (command, environment, folder)):
                found[int(process.name)] = command
        return found

    # Its insides

    @property
    def run(self):
        return self.state / "run"

    def secret(self, name):
        return (self.state / "secrets" / name).read_text().strip()

    def internal(self):
        """HTTP as the services speak it to each other."""
        return web.internal(self.run / "internal.sock", self.secret("service-token"))

    def broker_port(self):
        ports = dict(line.split("=") for line in (self.state / "ports").read_text().split())
        return int(ports["amqp"])

    def metrics(self, program, number=0):
        """{line's name with labels: value} of one process."""
        answer = web.admin(self.run / "admin" / f"{program}-{number}.sock").get("/metrics")
        assert answer.status == 200, answer
        lines = (line for line in answer.body.decode().splitlines() if line and line[0] != "#")
        return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}

    def mark_logs(self):
        self.marks = {log.name: log.stat().st_size for log in self.logs()}

    def logs(self):
        return sorted(log for log in (self.state / "log").glob("*.log") if log.name != "access.log")

    def complaints(self, lines=12):
        """For people: what `status` says now, and of each log the last lines since the mark that are no
        news."""
        told = [self.command("status", expect=None).stdout]
        for log in self.logs():
            written = log.read_bytes()
            fresh = written[min(self.marks.get(log.name, 0), len(written)):].decode(errors="replace")
            bad = [line for line in fresh.splitlines() if COMPLAINT.search(line)]
            if bad:
                told += [f"{log.name}:", *bad[-lines:]]
        return "\n".join(told)

    def rows(self, query):
        """What the database says, each row a tuple of texts (NULL is None)."""
        done = subprocess.run(
            [
                "mariadb",
                "--no-defaults",
                f"--socket={self.run / 'mariadb.sock'}",
                f"--user={getpass.getuser()}",
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
    """{name: value} of a process's environment, as it was started."""
    told = pathlib.Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    return dict(line.decode().split("=", 1) for line in told if line)


def free_port():
    """A port of the loopback address that nobody has now. The kernel gives it to no connection, so it
    stays free while whoever listens there is away; ./hotel chooses its own from others."""
    for _ in range(200):
        port = random.SystemRandom().randrange(14000, 20000)
        with socket.socket() as probe:
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port
    raise AssertionError("no free port was found")


def kill_9(pid):
    """A process that has just ended by itself is as dead as we wanted it."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
