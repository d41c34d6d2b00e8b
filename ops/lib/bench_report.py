#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""
bench_report - makes the table of ./hotel bench, its JSON and its drawing from the results of the runs.

    bench_report.py RESULTS [--against FILE] [--json FILE] [--svg FILE]

RESULTS is a folder: NAME.json is what hotel-bench printed, and some files have a number or a list. What was not
measured is left out. Exit status 1: a booking failed.
"""
import argparse
import json
import math
import pathlib
import sys

LONGEST_MS = 2000  # of a booking under the load of P1
LAG_MS = 100
SEARCH_MS = 20
REST_MB, AFTER_MB = 100, 300
BREAKER_MS = 2
RECOVERY_S = 5
GOOD_SHARE = 0.9  # of P1, from which a second counts as recovered
CLIENTS = 255
REFUSED = ("429", "503")

# The original on the machine of docs/performance.md, under the load of P1; it keeps its data in memory.
ORIGINAL = {"P1": "12 - 20 /s", "P2": "mean 11,500 ms"}


class Results:
    """The files of a run."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.runs = {path.stem: json.loads(path.read_text()) for path in sorted(self.folder.glob("*.json"))}
        self.about = dict(line.split("=", 1) for line in self.lines("about"))

    def lines(self, name):
        path = self.folder / name
        return path.read_text().splitlines() if path.exists() else []

    def number(self, name):
        lines = self.lines(name)
        return float(lines[0]) if lines else None

    def numbers(self, name):
        return sorted(float(line) for line in self.lines(name) if line != "NULL")


class Row:
    """One figure. `value` is what a later run is compared by: its ratio to the limit, where it has one."""

    def __init__(self, name, what, value, unit="", *, limit=None, target="", met=None, higher=True, figure=None):
        self.name, self.what, self.unit, self.target, self.met, self.higher = name, what, unit, target, met, higher
        self.value, self.limit = value, limit
        self.ratio = value / limit if limit else None
        self.figure = figure or f"{amount(value)}{' ' * bool(unit)}{unit}"

    @property
    def key(self):
        return f"{self.name} {self.what}"

    def json(self):
        return {"name": self.name, "what": self.what, "value": round(self.value, 4), "unit": self.unit,
                "figure": self.figure, "limit": self.limit and round(self.limit, 4),
                "ratio": self.ratio and round(self.ratio, 4), "target": self.target, "met": self.met,
                "higher_is_better": self.higher}  # fmt: skip


def amount(value):
    """A number with as many digits as mean something."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}".rstrip("0").rstrip(".")


def percentile(ordered, share):
    """The lowest of the ordered values that so large a share of them does not exceed; 0 if there are none."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0


def failures(results):
    """{run: bookings that were neither made nor put off} of the runs in which each has to be made."""
    found = {}
    for name in ("P1", "P3", "P7", "P10"):
        run = results.runs.get(name)
        if run:
            others = sum(n for status, n in run["statuses"].items() if status not in ("201", "202"))
            if run["failed"] + others:
                found[name] = run["failed"] + others
    return found


def recovery_s(run, rate):
    """After how many seconds a run is back at its usual rate; None: not while it lasted."""
    for second, one in enumerate(run["seconds"]):
        if one["good"] >= GOOD_SHARE * rate:
            return second
    return None


# ---- the rows ----


def limit_rows(runs, results):
    if "L1" in runs:
        yield Row("L1", "bookings of bare SQL, 32 connections", runs["L1"]["rate"], "/s")
        yield Row("L1m", "the same, 32 merged in a transaction", runs["L1m"]["rate"], "/s", limit=runs["L1"]["rate"])
    if "L2" in runs:
        yield Row("L2", "requests refused as malformed", runs["L2"]["rate"], "/s")
    for name, what in (("L2search", "an answer as long as a search's"), ("L2own", "an answer as long as an own page's")):
        if name in runs:
            yield Row("L2", what, runs[name]["rate"], "/s")


def booking_rows(runs, results):
    if "P1" in runs:
        run, latency = runs["P1"], runs["P1"]["latency_ms"]
        made = run["statuses"].get("201", 0)
        yield Row("P1", f"bookings, {CLIENTS} clients", run["rate"], "/s", limit=runs["L1"]["rate"], target=">= 1 x L1",
                  met=run["rate"] >= runs["L1"]["rate"])  # fmt: skip
        yield Row("P1", "answered 201", 100 * made / max(1, run["sent"]), "%", target="100 %", met=made == run["sent"])
        fair = 4 * CLIENTS / max(run["rate"], 1) * 1000
        yield Row("P2", "p50 of these", latency["p50"], "ms", higher=False)
        yield Row("P2", "p99", latency["p99"], "ms", higher=False, target=f"<= {amount(fair)} ms", met=latency["p99"] <= fair)
        yield Row("P2", "longest", latency["max"], "ms", higher=False, target=f"<= {LONGEST_MS:,} ms",
                  met=latency["max"] <= LONGEST_MS)  # fmt: skip
    for name, whose in (("lag-mypage", "mypage"), ("lag-alarm", "notification")):
        lags = results.numbers(name)
        if lags:
            p50, p99 = percentile(lags, 0.5), percentile(lags, 0.99)
            yield Row("P3", f"lag of the {whose} at half of P1, p99", p99, "ms", higher=False, target=f"<= {LAG_MS} ms",
                      met=p99 <= LAG_MS, figure=f"{amount(p99)} ms (p50 {amount(p50)})")  # fmt: skip
    backlog = results.number("backlog")
    if backlog is not None:
        length = len(runs["P1"]["seconds"])
        yield Row("P3", "backlog of P1 is gone after", backlog / 1000, "s", higher=False, target=f"<= {length} s",
                  met=backlog / 1000 <= length)  # fmt: skip


def reading_rows(runs, results):
    front = runs.get("L2", {}).get("rate")
    for name, what in (("P4", "searches by dates"), ("P4filtered", "with guests and price")):
        if name in runs:
            limit = runs.get("L2search", {}).get("rate", front)
            yield Row("P4", what, runs[name]["rate"], "/s", limit=limit, target=">= 0.5 x L2", met=runs[name]["rate"] >= 0.5 * limit)
    if "P4half" in runs:
        p99 = runs["P4half"]["latency_ms"]["p99"]
        yield Row("P4", "p99 at half of that load", p99, "ms", higher=False, target=f"<= {SEARCH_MS} ms", met=p99 <= SEARCH_MS)
    if "P6" in runs:
        limit = runs.get("L2own", {}).get("rate", front)
        yield Row("P6", "own pages", runs["P6"]["rate"], "/s", limit=limit, target=">= 0.5 x L2",
                  met=runs["P6"]["rate"] >= 0.5 * limit)  # fmt: skip


def other_rows(runs, results):
    if "P5" in runs:
        added = runs["P5"]["latency_ms"]["p50"] - runs["P10"]["latency_ms"]["p50"]
        yield Row("P5", "an open breaker adds to an answer", max(added, 0), "ms", higher=False,
                  target=f"<= {BREAKER_MS} ms", met=added <= BREAKER_MS)  # fmt: skip
    if "P7" in runs:
        yield Row("P7", "P1 with the bookings stored", runs["P7"]["rate"], "/s", limit=runs["P1"]["rate"], target=">= 0.9 x P1",
                  met=runs["P7"]["rate"] >= 0.9 * runs["P1"]["rate"])  # fmt: skip
    for when, most in (("rest", REST_MB), ("after", AFTER_MB)):
        kilobytes = results.number(f"memory-{when}")
        if kilobytes is not None:
            what = "memory of our processes at rest" if when == "rest" else "after all runs"
            yield Row("P8", what, kilobytes / 1024, "MB", higher=False, target=f"<= {most} MB", met=kilobytes / 1024 <= most)
    siege = {status: int(n) for n, _, status in (line.split() for line in results.lines("siege"))}
    if siege:
        rest = sum(n for status, n in siege.items() if status not in ("201", "409"))
        yield Row("P9", "one stay, all at once", siege.get("201", 0), "booked", target="1, others 409",
                  met=siege.get("201") == 1 and not rest, figure=", ".join(f"{n} x {status}" for status, n in sorted(siege.items())))  # fmt: skip
    if "P10" in runs:
        lone, bare = runs["P10"]["latency_ms"]["p50"], runs["L1lone"]["latency_ms"]["p50"]
        yield Row("P10", "a lone booking, p50", lone, "ms", limit=bare, higher=False, target="<= 2.5 x SQL", met=lone <= 2.5 * bare)


def overload_rows(runs, results):
    if "P11" not in runs:
        return
    run, usual = runs["P11"], runs["P1"]["rate"]
    refused = sum(run["statuses"].get(status, 0) for status in REFUSED)
    yield Row("P11", f"bookings, {run['connections']} clients", run["rate"], "/s", limit=usual, target=">= 0.9 x P1",
              met=run["rate"] >= 0.9 * usual)  # fmt: skip
    if refused:
        yield Row("P11", f"{refused:,} refused, p50", run["refused_ms"]["p50"], "ms", higher=False, target="<= 50 ms",
                  met=run["refused_ms"]["p50"] <= 50)  # fmt: skip
    lost = sum(n for status, n in run["statuses"].items() if status not in ("201", "202", *REFUSED)) + run["failed"]
    yield Row("P11", "failed otherwise", lost, "requests", higher=False, target="0", met=lost == 0)
    after = recovery_s(runs["P11after"], usual)
    yield Row("P11", "back at the usual rate after", len(runs["P11after"]["seconds"]) if after is None else after, "s",
              higher=False, target=f"<= {RECOVERY_S} s", met=after is not None and after <= RECOVERY_S,
              figure="not in time" if after is None else f"{after} s")  # fmt: skip
    restarted = results.lines("restarted") == ["yes"]
    yield Row("P11", "processes restarted", int(restarted), higher=False, target="none", met=not restarted,
              figure="some" if restarted else "none")  # fmt: skip


def rows(results):
    runs = results.runs
    found = [row for group in (limit_rows, booking_rows, reading_rows, other_rows, overload_rows)
             for row in group(runs, results)]  # fmt: skip
    return sorted(found, key=lambda row: (row.name[0], int("".join(filter(str.isdigit, row.name)))))


# ---- the table ----


def compared(row, earlier):
    """What became of a figure: 'from 0.21 to 0.98 x', better or worse."""
    before = earlier.get(row.key)
    if before is None:
        return "new"
    by_ratio = row.ratio is not None and before["ratio"] is not None
    old, new = (before["ratio"], row.ratio) if by_ratio else (before["value"], row.value)
    if not old:
        return f"before {amount(old)}"
    change = 100 * (new - old) / old
    if abs(change) < 0.5:
        return "as before"
    change_is = "better" if (change > 0) == row.higher else "worse"
    return f"{change:+.0f} % {change_is} (before {amount(old)}{' x' * by_ratio})"


def table(found, earlier=None):
    """Lines of equal columns, as a Markdown table that is also readable at a terminal."""
    head = ["", "figure", "measured", "limit", "ratio", "target", "met", "original"] + (["change"] if earlier is not None else [])
    lines = [head]
    for row in found:
        met = {None: "", True: "yes", False: "no"}[row.met]
        first = row.what.split()[0] in ("bookings,", "p50")
        cells = [row.name, row.what, row.figure, amount(row.limit) if row.limit else "",
                 f"{amount(row.ratio)} x" if row.ratio is not None else "", row.target, met,
                 ORIGINAL.get(row.name, "") if first else ""]  # fmt: skip
        lines.append(cells + ([compared(row, earlier)] if earlier is not None else []))
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    text = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |" for line in lines]
    return "\n".join([text[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *text[1:]])


# ---- the drawing ----

WIDTH, HEIGHT, MARGIN = 860, 190, 60


def polyline(values, top, y0, colour):
    if not values:
        return ""
    step = (WIDTH - 2 * MARGIN) / max(1, len(values) - 1)
    points = " ".join(f"{MARGIN + i * step:.1f},{y0 + HEIGHT - (value / top if top else 0) * HEIGHT:.1f}"
                      for i, value in enumerate(values))  # fmt: skip
    return f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{points}"/>'


def panel(title, unit, series, y0):
    """A panel of one unit: [(name, values, colour)]."""
    top = max((value for _, values, _ in series for value in values), default=0) or 1
    legend = "".join(f'<tspan fill="{colour}" dx="14">{name}</tspan>' for name, _, colour in series)
    frame = f'<rect x="{MARGIN}" y="{y0}" width="{WIDTH - 2 * MARGIN}" height="{HEIGHT}" fill="none" stroke="#999"/>'
    texts = (f'<text x="{MARGIN}" y="{y0 - 8}">{title}{legend}</text>'
             f'<text x="{MARGIN - 6}" y="{y0 + 12}" text-anchor="end">{amount(top)} {unit}</text>'
             f'<text x="{MARGIN - 6}" y="{y0 + HEIGHT}" text-anchor="end">0</text>')  # fmt: skip
    seconds = max((len(values) for _, values, _ in series), default=0)
    texts += f'<text x="{WIDTH - MARGIN}" y="{y0 + HEIGHT + 16}" text-anchor="end">{seconds} s</text>'
    return frame + texts + "".join(polyline(values, top, y0, colour) for _, values, colour in series)


DRAWN = (("P1", "P1: bookings"), ("P7", "P7: with bookings stored"), ("P11", "P11: overload"), ("P4", "P4: searches"))


def drawing(runs):
    """An SVG with rate and latency of the longer runs, second by second."""
    panels, y0 = [], 40
    for name, title in DRAWN:
        if name not in runs:
            continue
        seconds = runs[name]["seconds"]
        panels.append(panel(title, "/s", [("a second", [one["good"] for one in seconds], "#06c")], y0))
        y0 += HEIGHT + 50
        panels.append(panel(f"{title}, latency", "ms", [("p99", [one["p99_ms"] for one in seconds], "#c30"),
                                                        ("p50", [one["p50_ms"] for one in seconds], "#080")], y0))  # fmt: skip
        y0 += HEIGHT + 60
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y0}" font-family="sans-serif" font-size="12">'
            f'<rect width="100%" height="100%" fill="#fff"/>{"".join(panels)}</svg>\n')  # fmt: skip


# ---- all of it ----


def read_earlier(path):
    """{key: figure} of a file that --json wrote."""
    try:
        figures = json.loads(pathlib.Path(path).read_text())["figures"]
        return {f"{one['name']} {one['what']}": one for one in figures}
    except (OSError, ValueError, KeyError, TypeError) as fault:
        sys.exit(f"hotel: {path} was not written by ./hotel bench --json: {fault}")


def machine(about):
    return (f"{about.get('version', '?')}, {about.get('began', '?')}: {about.get('processors', '?')} x "
            f"{about.get('processor', '?')}, {about.get('memory_mb', '?')} MB, Linux {about.get('kernel', '?')}, "
            f"MariaDB {about.get('mariadb', '?')}, data on {about.get('files', '?')}, load {about.get('load_average', '?')} "
            f"before; runs of {about.get('seconds', '?')} s")  # fmt: skip


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("results")
    for option in ("--against", "--json", "--svg"):
        parser.add_argument(option)
    options = parser.parse_args()
    results = Results(options.results)
    earlier = read_earlier(options.against) if options.against else None
    found = rows(results)
    print(f"\n{machine(results.about)}\n\n{table(found, earlier)}\n")
    if options.json:
        everything = {"about": results.about, "figures": [row.json() for row in found], "runs": results.runs}
        pathlib.Path(options.json).write_text(json.dumps(everything, indent=1) + "\n")
    if options.svg:
        pathlib.Path(options.svg).write_text(drawing(results.runs))
    lost = failures(results)
    for name, n in lost.items():
        print(f"hotel: {name}: {n} bookings failed", file=sys.stderr)
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
