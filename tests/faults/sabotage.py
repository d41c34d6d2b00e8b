# SPDX-License-Identifier: MIT
"""Kills, freezes and stops parts of a system, one after the other, by a seed."""

import collections
import os
import random
import signal
import threading

from hotel import kill_9

CONTEXTS = ("room", "book", "pay", "mypage", "alarm", "account")
PROGRAMS = [f"{kind}-{context}" for kind in ("fcgi", "worker") for context in CONTEXTS]
PAUSE_S = (0.5, 2.0)


class Saboteur(threading.Thread):
    """Does harm until it is told to end, and then mends what it did."""

    def __init__(self, system, seed):
        super().__init__(daemon=True)
        self.system = system
        self.random = random.Random(seed)
        self.over = threading.Event()
        self.done = collections.Counter()
        self.fault = None

    def run(self):
        harms = [self.kill] * 5 + [self.freeze] * 2 + [
            self.kill_server, self.freeze_server, self.stop_pay, self.stop_others, self.restart]
        try:
            while not self.over.wait(self.random.uniform(*PAUSE_S)):
                self.random.choice(harms)()
        except BaseException as fault:  # raised where the run ends
            self.fault = fault

    def one_of(self, names):
        """A process of one of these, and the name of it; None if it does not run at this moment."""
        name = self.random.choice(names)
        pids = self.system.status()[name]["pids"]
        return name, self.random.choice(pids) if pids else None

    def kill(self):
        name, pid = self.one_of(PROGRAMS)
        if pid:
            kill_9(pid)
            self.done[f"kill -9 of {name.partition('-')[0]} programs"] += 1

    def kill_server(self):
        name, pid = self.one_of(("mariadb", "rabbitmq", "nginx"))
        if pid:
            kill_9(pid)
            self.done[f"kill -9 of {name}"] += 1

    def freeze(self):
        self.stop_for(*self.one_of(PROGRAMS), self.random.uniform(3, 20))

    def freeze_server(self):
        self.stop_for(*self.one_of(("mariadb", "rabbitmq")), self.random.uniform(3, 8))

    def stop_for(self, name, pid, seconds):
        if not pid:
            return
        try:
            os.kill(pid, signal.SIGSTOP)
            self.done[f"freezes of {name.partition('-')[0]}"] += 1
            self.over.wait(seconds)
            os.kill(pid, signal.SIGCONT)
        except ProcessLookupError:
            pass  # it was replaced, as a process that does not answer is

    def stop_pay(self):
        self.away("pay", self.random.uniform(2, 8))

    def stop_others(self):
        self.away("alarm", self.random.uniform(2, 5), "mypage")

    def away(self, name, seconds, *others):
        self.system.stop(name, *others)
        self.done[f"outages of {' and '.join((name, *others))}"] += 1
        self.over.wait(seconds)
        self.system.start(name, *others)

    def restart(self):
        self.system.restart(self.random.choice(CONTEXTS))
        self.done["rolling restarts"] += 1
