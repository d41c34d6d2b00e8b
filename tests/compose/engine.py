# SPDX-License-Identifier: MIT
"""A container engine of the test's own: nothing of the machine's Docker is used or touched."""

import contextlib
import ctypes
import fcntl
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import zlib

from waiting import NotYet, eventually

GROUP = "myhotel-test-compose"  # begins the name of the cgroup of all its containers
ROOM_BYTES = 8 << 30  # of the disk: images, and what is written while they are made
STARTS_WITHIN_S = 60.0

PROGRAMS = ("containerd", "debootstrap", "docker", "docker-compose", "dockerd")


CLONE_NEWNET = 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
libc = ctypes.CDLL(None, use_errno=True)


class Missing(Exception):
    """Why there cannot be an engine here."""


class Engine:
    """dockerd and containerd with data and sockets of their own. Images are made in the machine's
    network, without any network of Docker's. Containers run in a network of their own, where dockerd
    has its bridges and its firewall, and the test goes there with it: the machine's stay as they are.
    """

    def __init__(self, data):
        self.data = pathlib.Path(data)
        # Of the data's folder, so that it finds what an earlier run on it left, and no other engine's.
        self.group = f"{GROUP}-{zlib.crc32(os.fsencode(self.data.resolve())):08x}"
        self.run = pathlib.Path(tempfile.mkdtemp(prefix="hotel-engine-", dir="/tmp"))
        self.socket = self.run / "docker.sock"
        self.processes = []
        self.outside = None  # the machine's network, while we are not in it

    @property
    def environment(self):
        """For everything that talks to this engine."""
        kept = {k: v for k, v in os.environ.items()
                if not k.startswith(("HOTEL_", "MYHOTEL_", "DOCKER_", "COMPOSE", "REPLICAS_"))}
        return kept | {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "DOCKER_HOST": f"unix://{self.socket}",
            "DOCKER_BUILDKIT": "0",
            "DOCKER_CONFIG": str(self.run),
        }

    def start(self):
        require_what_it_takes(self.data)
        self.leftovers_end()
        self.daemon("containerd", "--config", self.write("containerd.toml", self.containerd_toml()))
        self.dockerd("--iptables=false", "--ip-forward=false", "--ip-masq=false")

    def enter(self):
        """Goes into a network of our own, and runs containers there from now on."""
        self.end(self.processes.pop())
        self.outside = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        call(libc.unshare, CLONE_NEWNET)
        loopback_up()
        self.dockerd()
        self.empty()

    def dockerd(self, *options):
        self.daemon(
            "dockerd", "--config-file", self.write("daemon.json", "{}\n"),
            "--host", f"unix://{self.socket}", "--containerd", self.run / "containerd.sock",
            "--data-root", self.data / "docker", "--exec-root", self.run / "exec",
            "--pidfile", self.run / "docker.pid", "--cgroup-parent", f"/{self.group}",
            "--bridge", "none", *options,
        )  # fmt: skip
        try:
            eventually(self.answers, STARTS_WITHIN_S, what="dockerd answers")
        except NotYet as never:
            raise Missing(f"{never}; {self.last_words()}") from never

    def answers(self):
        ended = [process.args[0] for process in self.processes if process.poll() is not None]
        if ended:
            raise Missing(f"{ended[0]} ended: {self.last_words()}")
        return self.docker("version", expect=None).returncode == 0

    def empty(self):
        """Removes what an earlier run may have left; images stay."""
        if left := self.docker("ps", "-aq").stdout.split():
            self.docker("rm", "-f", *left)
        self.docker("volume", "prune", "-f")
        self.docker("network", "prune", "-f")

    def stop(self):
        """Ends everything, to the last process; only images stay."""
        while self.processes:
            self.end(self.processes.pop())
        self.leftovers_end()
        if self.outside is not None:
            call(libc.setns, self.outside, CLONE_NEWNET)
            os.close(self.outside)
        for _, where, *_ in mounts():
            if where.startswith((str(self.run), str(self.data))):
                subprocess.run(["umount", "-l", where], check=False)
        shutil.rmtree(self.run)

    @staticmethod
    def end(process):
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def leftovers_end(self):
        """Kills what runs in our cgroup: containers whose engine was killed."""
        for folder, _, files in os.walk("/sys/fs/cgroup"):  # which passes over what vanishes meanwhile
            if self.group not in pathlib.Path(folder).parts or "cgroup.procs" not in files:
                continue
            pids = []
            with contextlib.suppress(OSError):  # it has vanished
                pids = (pathlib.Path(folder) / "cgroup.procs").read_text().split()
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):  # it has ended meanwhile
                    os.kill(int(pid), signal.SIGKILL)

    def docker(self, *arguments, expect=0, within=600, **options):
        return run(["docker", *arguments], self.environment, expect, within, **options)

    # Its parts

    def daemon(self, *command):
        log = open(self.run / f"{command[0]}.log", "wb")
        self.processes.append(
            subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment,
                start_new_session=True,
            )
        )

    def write(self, name, text):
        (self.run / name).write_text(text)
        return self.run / name

    def containerd_toml(self):
        return f"""version = 2
root = "{self.data}/containerd"
state = "{self.run}/containerd"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "{self.run}/containerd.sock"
"""

    def last_words(self):
        logs = sorted(self.run.glob("*.log"))
        return " / ".join(" ".join(log.read_text().split("\n")[-4:]) for log in logs)


def call(function, *arguments):
    if function(*arguments) != 0:
        raise OSError(ctypes.get_errno(), function.__name__)


def loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def require_what_it_takes(data):
    missing = [name for name in PROGRAMS if not shutil.which(name, path="/usr/sbin:/usr/bin")]
    if missing:
        raise Missing(f"there is no {', '.join(missing)}")
    if os.geteuid() != 0:
        raise Missing("it needs root")
    data.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(data).free
    if free < ROOM_BYTES:
        raise Missing(f"{data} has {free >> 20} MB left, and {ROOM_BYTES >> 20} are needed")


def mounts():
    return [line.split() for line in pathlib.Path("/proc/mounts").read_text().splitlines()]


def run(command, environment, expect=0, within=600, **options):
    """Runs a command; `expect` is the exit code it must end with, None for any."""
    done = subprocess.run(
        [str(word) for word in command],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=within,
        **options,
    )
    if expect is not None and done.returncode != expect:
        words = " ".join(str(word) for word in command)
        raise AssertionError(f"{words}: exit {done.returncode}\n{done.stdout[-4000:]}{done.stderr[-4000:]}")
    return done
