# SPDX-License-Identifier: MIT
"""log_lines - the lines of logs since a time, or as JSON, for ./hotel logs.

    log_lines.py [--since TIME] [--lines N] [--json] [--follow] -- FILE...

Knows the times of our programs and of nginx, MariaDB, RabbitMQ and supervisord, with their different zones.
Files are followed by name: logrotate may rename one.
"""

import argparse
import collections
import datetime
import json
import os
import pathlib
import re
import select
import signal
import subprocess
import sys

UTC = datetime.timezone.utc
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
STAMP = re.compile(
    r'(?:^|\btime=|"time":")\[?(\d{4})[-/](\d\d)[-/](\d\d)[T ] ?(\d\d?):(\d\d):(\d\d)(?:[.,](\d{1,6}))?'
    r"(Z|[+-]\d\d:?\d\d)?"
)
FIELD = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*"|\S*)')


def time_of(line):
    """The time at which a line was written; None if it has none. Without a zone it is the machine's."""
    found = STAMP.search(line[:300])
    if not found:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    micro = int((fraction or "0").ljust(6, "0"))
    try:
        time = datetime.datetime(*map(int, (year, month, day, hour, minute, second)), micro)
        if zone is None:
            return time.astimezone(UTC)
        return datetime.datetime.fromisoformat(time.isoformat() + zone.replace("Z", "+00:00")).astimezone(UTC)
    except ValueError:
        return None


def since_of(text):
    if text[-1] in UNITS:
        return datetime.datetime.now(UTC) - datetime.timedelta(**{UNITS[text[-1]]: int(text[:-1])})
    time = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return time.astimezone(UTC)


def members_of(line):
    """What the line itself says, if it is JSON or logfmt."""
    if line.startswith("{"):
        try:
            return {k: v for k, v in json.loads(line).items() if k not in ("log", "line", "time")}
        except ValueError:
            return {}
    if not line.startswith("time="):
        return {}
    found = {}
    for name, value in FIELD.findall(line):
        if name not in ("log", "line", "time"):
            found[name] = unquoted(value)
    return found


def unquoted(value):
    if not value.startswith('"'):
        return value
    value = re.sub(r"\\x([0-9a-f]{2})", lambda hexadecimal: chr(int(hexadecimal[1], 16)), value[1:-1])
    return re.sub(r'\\(["\\])', r"\1", value)


class Shown:
    """Prints lines, each with the name of its log."""

    def __init__(self, since, as_json, named):
        self.since, self.as_json, self.named = since, as_json, named
        self.times = {}  # of the last line of each log that has one
        self.last = None

    def wants(self, log, line):
        time = time_of(line)
        if time:
            self.times[log] = time
        return not self.since or log in self.times and self.times[log] >= self.since

    def line(self, log, line):
        if self.as_json:
            time = time_of(line)
            text = time.isoformat(timespec="milliseconds").replace("+00:00", "Z") if time else None
            print(json.dumps({"log": log, "time": text, "line": line, **members_of(line)}, ensure_ascii=False))
            return
        if self.named and log != self.last:
            print(f"{'' if self.last is None else chr(10)}==> {log} <==")
        self.last = log
        print(line)


def lines_of(file, read):
    """The complete lines; counts their bytes in `read`."""
    with open(file, "rb") as log:
        for line in log:
            if line.endswith(b"\n"):
                read[file] += len(line)
                yield line.decode("utf-8", "replace").rstrip("\n")


def show(files, shown, keeps):
    """Returns how many bytes of each file were read."""
    read = collections.Counter()
    for file in files:
        log = file.stem
        wanted = (line for line in lines_of(file, read) if shown.wants(log, line))
        for line in collections.deque(wanted, keeps) if keeps is not None else wanted:
            shown.line(log, line)
    sys.stdout.flush()
    return read


def follow(files, shown, read):
    """tail follows from where reading ended; one for each file, because its output has no names otherwise."""
    tails = {}
    for file in files:
        tail = subprocess.Popen(["tail", "-c", f"+{read[file] + 1}", "-F", "--", file], stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)  # fmt: skip
        tails[tail.stdout.fileno()] = (file.stem, tail, b"")
    try:
        while True:
            for ready in select.select(list(tails), [], [])[0]:
                log, tail, rest = tails[ready]
                *lines, rest = (rest + os.read(ready, 65536)).split(b"\n")
                tails[ready] = (log, tail, rest)
                for line in lines:
                    shown.line(log, line.decode("utf-8", "replace"))
            sys.stdout.flush()
    finally:
        for _, tail, _ in tails.values():
            tail.kill()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--since", type=since_of)
    parser.add_argument("--lines", type=int)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--follow", action="store_true")
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    given = parser.parse_args()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    shown = Shown(given.since, given.json, len(given.files) > 1)
    read = show(given.files, shown, given.lines)
    if given.follow:
        follow(given.files, shown, read)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
