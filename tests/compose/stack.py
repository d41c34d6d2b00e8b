# SPDX-License-Identifier: MIT
"""Runs the stack with Compose and tests it from outside."""

import json
import subprocess

import web
from engine import run
from hotel import free_port
from images import ROOT
from waiting import NotYet, eventually

QUIET_WITHIN_S = 60  # until everything in progress must be done
UP_WITHIN_S = 240
PROFILES = ("client", "mail", "monitoring", "operator")


def is_trouble(line):
    if line.startswith("{"):
        return json.loads(line)["status"] >= 500 or json.loads(line)["status"] == 400
    return "[error]" in line or "[alert]" in line or "[crit]" in line


class Stack:
    """compose/compose.yaml with its own port and settings."""

    def __init__(self, engine, **settings):
        self.engine = engine
        self.port = free_port()
        self.settings = {
            "HOTEL_PORT": str(self.port),
            **{f"{server.upper()}_IMAGE": f"standin/{server}" for server in ("mariadb", "rabbitmq", "nginx")},
            **settings,
        }
        self.web = web.public("127.0.0.1", self.port)
        self.followed = {}  # logs of all nginx so far: container -> file

    def environment(self, **more):
        return self.engine.environment | self.settings | more

    def compose(self, *arguments, expect=0, within=UP_WITHIN_S, **settings):
        command = ["docker-compose", "-f", ROOT / "compose/compose.yaml", *arguments]
        return run(command, self.environment(**settings), expect, within)

    def up(self, *arguments, **settings):
        """Starts everything, with the profiles for people, and waits until nginx answers."""
        self.compose("--profile", "client", "--profile", "mail", "up", "-d", *arguments, **settings)
        try:
            eventually(self.answers, within=60, what="nginx answers")
        except NotYet as late:
            said = self.compose("logs", "--tail", "40", "socket-holder", "nginx", expect=None)
            raise AssertionError(f"{late}\n{said.stdout}{said.stderr}") from late

    def answers(self):
        try:
            return self.web.get("/rooms").status == 200
        except web.NO_ANSWER:
            return False

    def replace(self, *services, expect=0, **settings):
        return run([ROOT / "compose/replace", *services], self.environment(**settings), expect, 600)

    def command(self, name, *arguments, expect=0):
        """The output of a command in the folder compose."""
        done = run([ROOT / "compose" / name, *arguments], self.environment(), expect, UP_WITHIN_S)
        return done.stdout + done.stderr

    def operator(self, *arguments):
        """The output of a command in the operator container."""
        return self.compose("run", "--rm", "operator", *arguments).stdout

    def secret(self, name):
        """The content of a secret; empty if there is no such file."""
        command = ["run", "--rm", "-T", "--no-deps", "setup", "bash", "-c", f"cat /state/secrets/{name} 2>/dev/null || true"]
        return self.compose(*command).stdout

    def takes(self, user, password):
        """Whether MariaDB takes this password over the network."""
        (mariadb,) = self.containers("mariadb")
        line = f'mariadb --no-defaults -h 127.0.0.1 -u {user} --password="$(cat)" -e "DO 0"'
        done = subprocess.run(["docker", "exec", "-i", mariadb, "bash", "-c", line], env=self.environment(),
                              input=password, text=True, capture_output=True, timeout=60)  # fmt: skip
        return done.returncode == 0

    def check(self):
        """All invariants hold when everything in progress is done."""
        print(self.operator("check", "--wait", str(QUIET_WITHIN_S)))

    def client(self, line, expect=0):
        """A command line as typed in the client container."""
        command = ["exec", "-T", "client", "bash", "-o", "pipefail", "-c", line]
        return self.compose(*command, expect=expect, within=120).stdout

    def containers(self, service):
        """The ids of the running containers of a service."""
        return self.compose("ps", "-q", service).stdout.split()

    def inspect(self, container):
        (found,) = json.loads(self.engine.docker("inspect", container).stdout)
        return found

    def follow(self):
        """Keeps the log of the current nginx, also after it is removed."""
        for nginx in self.containers("nginx"):
            if nginx not in self.followed:
                self.followed[nginx] = self.engine.run / f"nginx-{nginx}.log"
                with open(self.followed[nginx], "wb") as file:
                    subprocess.Popen(["docker", "logs", "-f", nginx], env=self.environment(),
                                     stdin=subprocess.DEVNULL, stdout=file, stderr=file)  # fmt: skip

    def troubles(self):
        """Failed requests at both listeners and errors in the logs of all followed nginx."""
        there = self.containers("nginx")
        found = []
        for nginx, file in self.followed.items():
            if nginx in there:
                done = self.engine.docker("logs", nginx)
                lines = (done.stdout + done.stderr).splitlines()
            else:
                lines = file.read_text().splitlines()
            found += [line for line in lines if is_trouble(line)]
        return found

    def last_words(self):
        return self.compose("logs", "--no-color", "--tail", "20", expect=None).stdout

    def down(self):
        """Removes all containers, networks and volumes."""
        profiles = [word for name in PROFILES for word in ("--profile", name)]

        # A busy engine may keep the network of a removed container for a while; Compose then fails, and
        # succeeds when it is repeated.
        def is_down():
            try:
                return self.compose(*profiles, "down", "--volumes", "--remove-orphans")
            except AssertionError as fault:
                if "has active endpoints" not in str(fault) or not self.only_a_count_is_left():
                    raise
                return self.remove_volumes()

        eventually(is_down, within=60, every=2, what="the stack is gone")
        for left in ("ps -aq", "volume ls -q"):
            assert not self.resources(left), left

    def only_a_count_is_left(self):
        """Whether the engine counts a connection to a network that has none: when it removes many containers
        at once, Docker 20.10 sometimes loses a decrement, and the network stays until it is restarted."""
        networks = self.resources("network ls -q")
        connected = [json.loads(self.engine.docker("network", "inspect", one).stdout)[0]["Containers"]
                     for one in networks]  # fmt: skip
        return not self.resources("ps -aq") and not any(connected)

    def remove_volumes(self):
        """What Compose does after the networks."""
        for volume in self.resources("volume ls -q"):
            self.engine.docker("volume", "rm", volume)
        return True

    def resources(self, command):
        """The ids that a command of docker lists, of this stack only."""
        project = self.settings.get("COMPOSE_PROJECT_NAME", "myhotel")
        of_ours = f"label=com.docker.compose.project={project}"
        return self.engine.docker(*command.split(), "--filter", of_ours).stdout.split()
