"""siege, by many clients, for as long as something else is going on."""

import json
import threading

RUNS = 2  # at the same time


class Siege:
    """Besieges until the block is left: run(clients, requests) is one siege, with what siege says in JSON.

    A siege is never ended from outside, neither by its time nor by a signal: siege cancels its threads
    wherever they are, and one that was just in malloc keeps the lock that all others wait for. So two
    halves of the clients each begin anew when every client has sent its requests, and do not end
    together.
    """

    def __init__(self, clients, requests, run):
        self.clients = clients
        self.requests = requests
        self.run = run
        self.told = []
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
        requests = self.requests // (RUNS - number)  # the first time: so they take turns
        try:
            while not self._over.is_set():
                said = self.run(self.clients // RUNS, requests)
                self.told.append(json.loads(said[said.index("{") : said.rindex("}") + 1]))
                requests = self.requests
        except BaseException as fault:  # told to the test's own thread above
            self._faults.append(fault)

    def outcome(self):
        """Of all of them: requests answered, failed, and the least availability."""
        return {
            "transactions": sum(told["transactions"] for told in self.told),
            "failed": sum(told["failed_transactions"] for told in self.told),
            "availability": min(told["availability"] for told in self.told),
        }
