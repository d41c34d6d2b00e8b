# SPDX-License-Identifier: MIT
"""Many clients at once."""

import itertools
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import web


def at_once(number, action):
    """action(0) ... action(number - 1), each in a thread of its own, all started together."""
    gate = threading.Barrier(number)

    def one(index):
        gate.wait()
        return action(index)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def spread(clients, items, action):
    """action(item) for all items by this number of clients; the results in the items' order."""
    with ThreadPoolExecutor(clients) as pool:
        return list(pool.map(action, items))


class Load:
    """Clients that call action(n) with n = 0, 1, 2, ... until the block is left. Each begins one call in
    `every` seconds, so the rate is clients / every, unless answers take longer.

    `results` has what each returned, or the exception of a request that got no answer; any
    other exception ends the test when the block is left.
    """

    def __init__(self, clients, action, every=0.0):
        self.action = action
        self.every = every
        self.results = []
        self._numbers = itertools.count()
        self._over = threading.Event()
        self._faults = []
        self._threads = [threading.Thread(target=self._client) for _ in range(clients)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exception):
        self._over.set()
        for thread in self._threads:
            thread.join()
        if self._faults and not exception[0]:
            raise self._faults[0]

    def _client(self):
        due = time.monotonic() + self.every
        while not self._over.wait(max(0.0, due - time.monotonic())):
            due = max(due, time.monotonic()) + self.every
            try:
                self.results.append(self.action(next(self._numbers)))
            except web.NO_ANSWER as gone:
                self.results.append(gone)
            except BaseException as fault:  # raised in the test's thread by __exit__
                self._faults.append(fault)
                return
