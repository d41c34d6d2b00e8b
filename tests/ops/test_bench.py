# SPDX-License-Identifier: MIT
"""The table of ./hotel bench, its comparison with an earlier one and its drawing; tests/e2e runs a bench."""

import json
import subprocess
import sys
import xml.etree.ElementTree as xml

import pytest

from machine import ROOT, hotel

sys.path.insert(0, str(ROOT / "ops" / "lib"))

import bench_report as report  # noqa: E402  (it needs the path above)


def run(rate, statuses=None, seconds=4, failed=0, **latency):
    """What hotel-bench prints of a run."""
    ms = {"mean": 1.0, "p50": 1.0, "p90": 2.0, "p99": 3.0, "max": 4.0} | latency
    statuses = statuses or {"201": int(rate * seconds)}
    one = {"answers": rate, "good": rate, "p50_ms": ms["p50"], "p99_ms": ms["p99"]}
    return {"rate": rate, "connections": 255, "sent": sum(statuses.values()), "failed": failed, "statuses": statuses,
            "latency_ms": ms, "refused_ms": ms, "seconds": [one] * seconds}  # fmt: skip


LIMITS = {"L1": {"rate": 1000.0, "latency_ms": {}}, "L1m": {"rate": 4000.0}, "L1lone": {"latency_ms": {"p50": 2.0}}}


@pytest.fixture
def results(tmp_path):
    """Writes results, and reads them as the report does."""

    def write(runs, **files):
        (tmp_path / "about").write_text("seconds=4\nprocessors=2\n")
        for name, content in runs.items():
            (tmp_path / f"{name}.json").write_text(json.dumps(content))
        for name, text in files.items():
            (tmp_path / name.replace("_", "-")).write_text(text)
        return report.Results(tmp_path)

    return write


def rows_of(results):
    return {row.key: row for row in report.rows(results)}


def test_bookings_are_compared_with_bare_sql(results):
    rows = rows_of(results(LIMITS | {"P1": run(1500.0, p99=600.0, max=2500.0)}))
    assert rows["P1 bookings, 255 clients"].ratio == 1.5 and rows["P1 bookings, 255 clients"].met
    assert rows["P1 answered 201"].met
    assert rows["P2 p99"].met  # 4 * 255 / 1500 s are 680 ms
    assert not rows["P2 longest"].met


def test_a_booking_that_was_put_off_misses_the_target_and_is_no_failure(results):
    found = results(LIMITS | {"P1": run(500.0, {"201": 1990, "202": 10})})
    assert not rows_of(found)["P1 answered 201"].met
    assert report.failures(found) == {}


@pytest.mark.parametrize("statuses, failed", [({"201": 10, "500": 2}, 0), ({"201": 10, "409": 1}, 1)])
def test_a_booking_that_failed_is_a_failure(results, statuses, failed):
    assert report.failures(results(LIMITS | {"P1": run(10.0, statuses, failed=failed)})) == {"P1": 2}


def test_refusals_under_overload_are_no_failure(results):
    runs = LIMITS | {"P1": run(100.0), "P11": run(95.0, {"201": 380, "503": 9000}, p50=3.0), "P11after": run(100.0)}
    found = results(runs, restarted="no\n")
    rows = rows_of(found)
    assert report.failures(found) == {}
    assert rows["P11 bookings, 255 clients"].met
    assert rows["P11 9,000 refused, p50"].met
    assert rows["P11 back at the usual rate after"].value == 0
    assert rows["P11 processes restarted"].figure == "none"


def test_recovery_is_the_first_second_at_nine_tenths_of_the_usual_rate():
    seconds = [{"good": n} for n in (10, 60, 89, 90, 100)]
    assert report.recovery_s({"seconds": seconds}, 100.0) == 3
    assert report.recovery_s({"seconds": seconds[:3]}, 100.0) is None


def test_a_lag_is_the_99th_percentile_of_all_events(results):
    lags = "".join(f"{n}\n" for n in range(1, 201))
    rows = rows_of(results(LIMITS | {"P1": run(10.0)}, lag_mypage=lags, lag_alarm="5\nNULL\n7\n", backlog="1500\n"))
    mypage = rows["P3 lag of the mypage at half of P1, p99"]
    assert (mypage.value, mypage.met) == (198, False)
    assert rows["P3 lag of the notification at half of P1, p99"].value == 7
    assert rows["P3 backlog of P1 is gone after"].figure == "1.5 s"


@pytest.mark.parametrize("share, expected", [(0.5, 2), (0.99, 4), (0.25, 1), (1, 4)])
def test_percentiles_are_values_that_were_measured(share, expected):
    assert report.percentile([1, 2, 3, 4], share) == expected
    assert report.percentile([], share) == 0


def test_the_siege_of_one_stay_makes_one_booking(results):
    assert rows_of(results({}, siege="   1019 HTTP/1.1 409\n      1 HTTP/1.1 201\n"))["P9 one stay, all at once"].met
    assert not rows_of(results({}, siege="   1018 HTTP/1.1 409\n      2 HTTP/1.1 201\n"))["P9 one stay, all at once"].met
    assert not rows_of(results({}, siege="   1 HTTP/1.1 503\n      1 HTTP/1.1 201\n"))["P9 one stay, all at once"].met


def test_figures_stand_in_the_order_of_their_names(results):
    names = [row.name for row in report.rows(results(LIMITS | {name: run(10.0) for name in ("P1", "P10", "L2")}))]
    assert names == sorted(names, key=lambda name: (name[0], int(name.strip("LPm")))) and names[-1] == "P10"


def test_a_comparison_is_by_ratio_where_there_is_a_limit(results):
    slow = {row.key: row.json() for row in report.rows(results(LIMITS | {"P1": run(500.0, p50=10.0)}))}
    # Everything is twice as fast on a machine of twice the speed: no better.
    twice = {"L1": {"rate": 2000.0, "latency_ms": {}}}
    rows = rows_of(results(LIMITS | twice | {"P1": run(1000.0, p50=5.0)}))
    assert report.compared(rows["P1 bookings, 255 clients"], slow) == "as before"
    assert report.compared(rows["P2 p50 of these"], slow) == "-50 % better (before 10.0)"
    rows = rows_of(results(LIMITS | twice | {"P1": run(500.0, p50=20.0)}))
    assert report.compared(rows["P1 bookings, 255 clients"], slow) == "-50 % worse (before 0.5 x)"
    assert report.compared(rows["P2 p50 of these"], slow) == "+100 % worse (before 10.0)"
    assert report.compared(rows["P1 bookings, 255 clients"], {}) == "new"


def test_the_columns_of_the_table_are_equal(results):
    lines = report.table(report.rows(results(LIMITS | {"P1": run(500.0)}))).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert "12 - 20 /s" in next(line for line in lines if "bookings, 255 clients" in line)


def test_the_drawing_is_svg_with_a_line_for_each_series(results):
    drawn = xml.fromstring(report.drawing(results(LIMITS | {"P1": run(500.0), "P4": run(10.0)}).runs))
    assert drawn.tag.endswith("svg")
    assert len(drawn.findall("{*}polyline")) == 2 * 3


def report_of(folder, *options):
    return subprocess.run([sys.executable, "-B", ROOT / "ops/lib/bench_report.py", folder, *options],
                          capture_output=True, text=True)  # fmt: skip


def test_the_json_of_a_run_is_what_a_later_one_is_compared_with(results, tmp_path):
    results(LIMITS | {"P1": run(500.0)})
    kept = tmp_path / "kept"
    assert report_of(tmp_path, "--json", kept).returncode == 0
    done = report_of(tmp_path, "--against", kept)
    assert done.returncode == 0 and done.stdout.count("as before") == len(json.loads(kept.read_text())["figures"])


def test_another_file_to_compare_with_is_refused(results, tmp_path):
    results(LIMITS)
    (tmp_path / "other").write_text("[]")
    done = report_of(tmp_path, "--against", tmp_path / "other")
    assert done.returncode == 1 and "was not written by ./hotel bench --json" in done.stderr


@pytest.mark.parametrize(
    "arguments, why",
    [
        (["--only", "P1,P99"], "unknown figure: P99"),
        (["--against", "/nowhere"], "cannot read /nowhere"),
        (["--json", "/nowhere/x"], "there is no folder for --json: /nowhere"),
        (["--seconds", "0"], "from 1 to 600"),
        (["--quickly"], 'did you mean "--quick"?'),
    ],
)
def test_wrong_use_is_refused_before_anything_is_started(arguments, why):
    done = hotel("bench", *arguments)
    assert done.returncode == 2 and why in done.stderr
