# SPDX-License-Identifier: MIT
"""siege, with many clients, for as long as a block runs."""

import json
import threading

RUNS = 2  # at the same time


class Siege:
    """Runs siege until the block is left: run(clients, requests) is one run and returns its JSON.

    A run is never ended from outside, neither by its time limit nor by a signal: siege cancels its
    threads wherever they are, and one that is in malloc keeps the lock that all others wait for. So two
    halves of the clients each start a new run when every client has sent its requests, and the two do
    not end together.
    """

    def __init__(self, clients, requests, run):
        self.clients = clients
        self.requests = requests
        self.run = run
        self.runs = []
        self._over = threading.Event()
        self._faults = []
        self._threads = [threading.Thread(target=self._besiege, args=(n,)) for n in range(RUNS)]

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

    def _besiege(self, number):
        requests = self.requests // (RUNS - number)  # the first time, so that they take turns
        try:
            while not self._over.is_set():
                output = self.run(self.clients // RUNS, requests)
                self.runs.append(json.loads(output[output.index("{") : output.rindex("}") + 1]))
                requests = self.requests
        except BaseException as fault:  # raised in the test's thread by __exit__
            self._faults.append(fault)

    def outcome(self):
        """Of all runs: requests answered and failed, and the lowest availability."""
        return {
            "transactions": sum(one["transactions"] for one in self.runs),
            "failed": sum(one["failed_transactions"] for one in self.runs),
            "availability": min(one["availability"] for one in self.runs),
        }
