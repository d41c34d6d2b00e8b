# SPDX-License-Identifier: MIT
"""A socket holder at a port of its own, and the servers that attach to it."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from waiting import eventually  # noqa: E402  (it needs the path above)

PROGRAM = os.environ["SOCKET_HOLDER"]
ENDS_WITHIN_S = 30

# Runs an nginx that listens at the given address and answers with its name and the networks.
RUN_NGINX = r"""
cat >"$1/nginx.conf" <<CONF
daemon off;
$([ "$(id -u)" != 0 ] || echo 'user root;')
worker_processes 2;
pid $1/pid;
error_log $1/error.log;
events { worker_connections 64; }
http {
	access_log off;
	client_body_temp_path $1/a; fastcgi_temp_path $1/b; proxy_temp_path $1/c;
	scgi_temp_path $1/d; uwsgi_temp_path $1/e;
	server {
		listen $LISTENER_PUBLIC backlog=1024;
		location = /slow { limit_rate 2000; root $1; }
		location / { return 200 "$2 $LISTENER_NETWORKS"; }
	}
}
CONF
exec nginx -c "$1/nginx.conf" -e "$1/error.log"
"""


class Holder:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hotel-sockets-", dir="/tmp"))
        self.path = self.folder / "socket"
        self.port = free_port()
        self.started = []
        self.process = self.listen()

    def start(self, *arguments, **options):
        process = subprocess.Popen([PROGRAM, *map(str, arguments)], stdin=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True, **options)  # fmt: skip
        self.started.append(process)
        return process

    def listen(self):
        process = self.start("listen", self.path, f"PUBLIC=127.0.0.1:{self.port}")
        eventually(lambda: self.check().returncode == 0, what="the socket holder answers")
        return process

    def check(self):
        return subprocess.run([PROGRAM, "check", self.path], capture_output=True, text=True, timeout=20)

    def attached(self):
        """The number of attached clients."""
        return int(self.check().stdout.split()[1])

    def nginx(self, name):
        """An attached nginx that has its workers; it writes its pid file before it starts them."""
        folder = self.folder / name
        folder.mkdir()
        process = self.start("attach", self.path, "bash", "-c", RUN_NGINX, "nginx", folder, name)
        process.folder = folder
        process.name = name

        def has_workers():
            pid = (folder / "pid").read_text().strip() if (folder / "pid").exists() else ""
            assert pid, process.poll()
            process.master = int(pid)
            children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            assert len(children) == 2, children
            return children

        process.workers = [int(pid) for pid in eventually(has_workers, what=f"{name} has workers")]
        return process

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def ask(self, path="/"):
        with self.connect() as connection:
            return request(connection, path)

    def end(self):
        """Kills what still runs. Outside a container nginx's workers outlive a killed master. The master
        goes first, because it would start other workers."""
        for process in self.started:
            for pid in [process.pid, getattr(process, "master", 0), *getattr(process, "workers", [])]:
                if pid and pathlib.Path(f"/proc/{pid}").exists() and is_ours(pid, self.folder):
                    os.kill(pid, signal.SIGKILL)
        for process in self.started:
            process.wait(ENDS_WITHIN_S)
            process.stderr.close()
        shutil.rmtree(self.folder)


def is_ours(pid, folder):
    """Our processes have the folder in their command line, except nginx's, which set a title."""
    try:
        words = pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().decode()
    except FileNotFoundError:
        return False
    return str(folder) in words or words.startswith("nginx: ")


def request(connection, path="/"):
    connection.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
    answer = b""
    while more := connection.recv(65536):
        answer += more
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 "), answer
    return body.decode()


def free_port():
    with socket.socket() as any_socket:
        any_socket.bind(("127.0.0.1", 0))
        return any_socket.getsockname()[1]


@pytest.fixture
def holder():
    one = Holder()
    try:
        yield one
    finally:
        one.end()
