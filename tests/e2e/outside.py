# SPDX-License-Identifier: MIT
"""Clients at other addresses than loopback, and an nginx that they reach.

A network namespace with many addresses is connected by a pair of virtual interfaces. As the system itself
listens on loopback only, the nginx here is one of its own, with the configuration that ./hotel makes of the
settings, in front of the services of a running system.
"""

import contextlib
import ctypes
import http.client
import ipaddress
import json
import os
import pathlib
import random
import re
import resource
import shutil
import socket
import subprocess
import tempfile

from hotel import ROOT, free_port
from waiting import eventually
from web import Web

ADDRESSES = 120
SOCKETS = 16000  # that a test may have open
ANSWER_WITHIN_S = 15.0
CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)

# Writes the configuration for $FOLDER, of the settings in the environment.
CONFIGURE = """
for part in "$ROOT"/ops/lib/*.sh; do source "$part"; done
state_locate; settings_load; settings_merge_environment; build_locate
nginx_configuration >"$FOLDER/nginx.conf.in"
render "$FOLDER/nginx.conf.in" STREAM "$(edge_stream_module)" >"$FOLDER/nginx.conf"
nginx_edge "$FOLDER"
cp "$ROOT"/nginx/*.conf "$FOLDER"
"""


def why_not():
    """Why there can be no network of our own here; None if there can."""
    if os.geteuid() != 0:
        return "only root can make network namespaces"
    done = subprocess.run(["unshare", "--net", "ip", "link", "add", "one", "type", "veth", "peer", "two"],
                          capture_output=True, text=True, timeout=20)
    return done.stderr.strip() or None if done.returncode else None


class Network:
    """This machine is `here`; `addresses` are those of the clients in the namespace."""

    def __init__(self):
        number = random.SystemRandom().randrange(1 << 14)
        net = ipaddress.ip_network((int(ipaddress.ip_address("10.192.0.0")) + (number << 8), 24))
        self.here, *self.addresses = (str(address) for address in list(net.hosts())[: ADDRESSES + 1])
        self.name, self.link = f"hotel-{number}", f"hotel{number}"
        ip("netns", "add", self.name)
        ip("link", "add", self.link, "type", "veth", "peer", "name", "out", "netns", self.name)
        ip("address", "add", f"{self.here}/24", "dev", self.link)
        ip("link", "set", self.link, "up")
        within = ["-n", self.name]
        for address in self.addresses:
            ip(*within, "address", "add", f"{address}/24", "dev", "out")
        ip(*within, "link", "set", "out", "up")
        self.here6, self.addresses6 = self.sixes(number)
        self.namespace = os.open(f"/run/netns/{self.name}", os.O_RDONLY)
        self.home = os.open("/proc/self/ns/net", os.O_RDONLY)

    def sixes(self, number):
        """The same of IPv6: two clients in one network of 64 bits, one in another, and this machine in a third.

        The limits count by the network, so a connection of the machine's own must not count with a client's.
        """
        here, one, other = (f"fd00:{number:x}:0:{net}:" for net in range(3))
        clients = [f"{one}:2", f"{one}a:b:c:d", f"{other}:2"]
        ip("address", "add", f"{here}:1/64", "dev", self.link, "nodad")
        for network in (one, other):
            ip("route", "add", f"{network}:/64", "dev", self.link)
        for address in clients:
            ip("-n", self.name, "address", "add", f"{address}/64", "dev", "out", "nodad")
        ip("-n", self.name, "route", "add", f"{here}:/64", "dev", "out")
        return f"{here}:1", clients

    def close(self):
        os.close(self.namespace)
        os.close(self.home)
        ip("link", "del", self.link)
        ip("netns", "del", self.name)

    def socket(self, address):
        """A socket at one of the addresses."""
        enter(self.namespace)
        try:
            made = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
        finally:
            enter(self.home)
        made.settimeout(ANSWER_WITHIN_S)
        made.bind((address, 0))
        return made


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=20)


def enter(namespace):
    """Moves this thread to a network namespace; its sockets stay in the one they were made in."""
    if LIBC.setns(namespace, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


@contextlib.contextmanager
def many_sockets():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(SOCKETS, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Connection(http.client.HTTPConnection):
    """HTTP from one address, after `first` bytes (a PROXY header), in TLS if there is a context."""

    def __init__(self, edge, address, first=b"", tls=None):
        super().__init__(edge.network.here, edge.port, timeout=ANSWER_WITHIN_S)
        self.edge, self.address, self.first, self.tls = edge, address, first, tls

    def connect(self):
        self.sock = self.edge.connect(self.address)
        self.sock.sendall(self.first)
        if self.tls:
            self.sock = self.tls.wrap_socket(self.sock, server_hostname=self.edge.network.here)


class Edge:
    """An nginx at an address that other machines reach, in front of a running system."""

    def __init__(self, hotel, network, **settings):
        self.hotel, self.network, self.port = hotel, network, free_port()
        self.here = settings.setdefault("HOTEL_LISTEN", network.here)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hotel-edge-", dir="/tmp"))
        self.configure({"HOTEL_PORT": str(self.port), **settings})
        self.process = subprocess.Popen(["nginx", *self.options(), "-g", "daemon off;"], cwd=self.folder)
        eventually(self.listens, within=20, what=f"nginx listens; {self.folder}/nginx.log")

    def options(self):
        return "-p", f"{self.folder}/", "-c", f"{self.folder}/nginx.conf", "-e", f"{self.folder}/nginx.log"

    def configure(self, settings):
        clean = {name: value for name, value in os.environ.items() if not name.startswith("HOTEL_")}
        subprocess.run(["bash", "-euo", "pipefail", "-c", CONFIGURE], check=True, timeout=60, env={
            **clean, **settings, "ROOT": str(ROOT), "FOLDER": str(self.folder), "HOTEL_STATE": str(self.hotel.state)})
        state = re.escape(str(self.hotel.state))
        own = rf"{state}/(?:run/(?=(?:public|forwarded|plain|internal)\.sock|nginx\.pid)|log/|nginx/(?=temp/))"
        for file in ("nginx.conf", "stream.conf", "public.conf"):
            path = self.folder / file
            path.write_text(re.sub(own, f"{self.folder}/", path.read_text()))
        (self.folder / "temp").mkdir()

    def listens(self):
        assert self.process.poll() is None, (self.folder / "nginx.log").read_text()
        with socket.socket(socket.AF_INET6 if ":" in self.here else socket.AF_INET) as probe:
            return probe.connect_ex((self.here, self.port)) == 0

    def close(self):
        self.process.terminate()
        self.process.wait(timeout=60)
        shutil.rmtree(self.folder)

    def connect(self, address):
        made = self.network.socket(address)
        made.connect((self.here, self.port))
        return made

    def web(self, address, first=b"", tls=None, **headers):
        """HTTP from an address of the network."""
        return Web(lambda: Connection(self, address, first, tls), headers=headers)

    def logged(self, path):
        """The addresses from which this path was asked for, as the access log has them."""
        lines = (self.folder / "access.log").read_text().splitlines()
        return [line["client"] for line in map(json.loads, lines) if line["path"] == path]
