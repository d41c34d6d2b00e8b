# SPDX-License-Identifier: MIT
"""docs/examples/marketing: a consumer of another team, written from the documents alone."""

import contextlib
import os
import subprocess

from hotel import ROOT
from waiting import eventually

PROGRAM = ROOT / "docs" / "examples" / "marketing" / "marketing"
NAME = "marketing"


class Marketing:
    """The program with a store of its own."""

    def __init__(self, url, folder):
        self.url = url
        self.environment = {"PATH": os.environ["PATH"], "AMQP_URL": self.url,
                            "MARKETING_DB": str(folder / "marketing.sqlite")}
        self.log = folder / "marketing.log"
        self.process = None

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([PROGRAM, "run"], env=self.environment, stderr=log)

    def end(self, how):
        self.process.send_signal(how)
        return self.process.wait(timeout=15)

    def report(self):
        """{room: bookings}"""
        done = subprocess.run([PROGRAM, "report"], env=self.environment, capture_output=True,
                              text=True, timeout=30)
        assert done.returncode == 0, done.stderr
        rows = (line.split(maxsplit=2) for line in done.stdout.splitlines()[1:])
        return {int(room): int(bookings) for room, bookings, _ in rows}

    def await_count(self, wanted):
        """Waits until the rooms in wanted have these bookings."""

        def counts():
            seen = {room: bookings for room, bookings in self.report().items() if room in wanted}
            assert seen == wanted, f"{seen}, not {wanted}; {self.log.read_text()[-300:]}"
            return True

        eventually(counts, what="marketing counts right")

    def close(self):
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait(timeout=15)
