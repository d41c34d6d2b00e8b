# SPDX-License-Identifier: MIT
"""The files for Prometheus and Grafana are correct and complete, and name only existing metrics."""

import json
import pathlib
import re
import subprocess

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
MONITORING = ROOT / "compose" / "monitoring"
RULES = MONITORING / "rules.yml"
TESTS = pathlib.Path(__file__).with_name("rules_test.yml")
DASHBOARDS = sorted((MONITORING / "grafana" / "dashboards").glob("*.json"))

CONTEXTS = ("room", "book", "pay", "mypage", "alarm", "account")
PROGRAMS = {f"{kind}-{context}" for kind in ("fcgi", "worker") for context in CONTEXTS} | {"nginx"}
METRIC = re.compile(r"\b(?:hotel|process)_\w+")
# Used for single questions or in alerts; no curve over time.
NOT_SHOWN = {"hotel_build_info", "hotel_ready", "process_start_time_seconds",
             "hotel_breaker_opened_total", "hotel_event_batches_total", "hotel_jobs_failed_total"}
DOCUMENT = (ROOT / "docs" / "metrics.md").read_text()
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()


def promtool(*arguments):
    done = subprocess.run(["promtool", *map(str, arguments)], capture_output=True, text=True,
                          timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def alerts():
    (group,) = yaml.safe_load(RULES.read_text())["groups"]
    return {rule["alert"]: rule for rule in group["rules"]}


def figures():
    """Every name that an expression may use."""
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \|", DOCUMENT, re.M)
    names = {name for name, _ in rows}
    assert names
    return names | {name + end for name, kind in rows if kind == "histogram"
                    for end in ("_bucket", "_sum", "_count")}


def panels(dashboard):
    return [panel for panel in json.loads(dashboard.read_text())["panels"]
            if panel["type"] != "row"]


def expressions(dashboard):
    return [target["expr"] for panel in panels(dashboard) for target in panel["targets"]]


def test_every_alert_fires_and_clears():
    promtool("test", "rules", TESTS)


def test_no_alert_is_left_out_of_the_tests():
    fired, cleared = set(), set()
    for case in yaml.safe_load(TESTS.read_text())["tests"]:
        *earlier, last = case["alert_rule_test"]
        fired |= {check["alertname"] for check in earlier if check.get("exp_alerts")}
        cleared |= {last["alertname"]} if not last.get("exp_alerts") else set()
    assert fired == cleared == set(alerts())


def test_every_alert_has_a_severity_and_a_runbook_entry():
    for name, rule in alerts().items():
        assert rule["labels"]["severity"] in ("critical", "warning"), name
        assert rule["annotations"]["summary"], name
        assert rule["annotations"]["runbook_url"] == f"docs/runbook.md#{name.lower()}", name


def test_every_alert_has_its_entry_in_the_runbook():
    (part,) = re.findall(r"^## Alerts\n(.*?)^## ", RUNBOOK, re.M | re.S)
    entries = dict(re.findall(r"^### (\w+)\n(.*?)(?=^### |\Z)", part, re.M | re.S))
    assert list(entries) == list(alerts())
    for name, entry in entries.items():
        assert re.findall(r"^- \*\*(.*?)\*\*: \S", entry, re.M) == ["Meaning", "Check", "Fix"], name


def test_the_absence_of_each_program_fires():
    missed = re.findall(r'absent\(up\{job="hotel", program="([\w-]+)"\}\)',
                        alerts()["ProgramDown"]["expr"])
    assert set(missed) == PROGRAMS and len(missed) == len(PROGRAMS)


def test_metrics_of_nginx_are_well_formed_and_documented():
    text = re.search(r'return 200 "(.*?)";', (ROOT / "nginx" / "connection-metrics.conf").read_text(), re.S)[1]
    said = re.sub(r"\$\w+", "1", text).replace('\\"', '"')
    subprocess.run(["promtool", "check", "metrics"], input=said, check=True, text=True, timeout=60)
    told = re.findall(r"^# TYPE (\w+) (\w+)$", said, re.M)
    assert told and all(f"| `{name}` | {kind} |" in DOCUMENT for name, kind in told)


def test_rules_use_existing_metrics_only():
    for name, rule in alerts().items():
        assert set(METRIC.findall(rule["expr"])) <= figures(), name


def test_prometheus_accepts_its_configuration_and_finds_every_program():
    promtool("check", "config", "--syntax-only", MONITORING / "prometheus.yml")
    promtool("check", "rules", RULES)
    (scraped,) = yaml.safe_load((MONITORING / "prometheus.yml").read_text())["scrape_configs"]
    (found,) = scraped["dns_sd_configs"]
    assert scraped["job_name"] == "hotel" and set(found["names"]) == PROGRAMS


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda path: path.stem)
def test_a_dashboard_uses_existing_metrics_only(dashboard, tmp_path):
    asked = expressions(dashboard)
    assert asked
    for expression in asked:
        assert set(METRIC.findall(expression)) <= figures(), expression
    rules = [{"record": f"asked:{at}", "expr": expression.replace("$__rate_interval", "5m")}
             for at, expression in enumerate(asked)]
    file = tmp_path / "rules.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "asked", "rules": rules}]}))
    promtool("check", "rules", file)


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda path: path.stem)
def test_panels_have_titles_and_do_not_overlap(dashboard):
    taken = {}
    for panel in panels(dashboard):
        assert panel["title"] and panel["datasource"]["uid"] == "prometheus"
        at = panel["gridPos"]
        for x in range(at["x"], at["x"] + at["w"]):
            for y in range(at["y"], at["y"] + at["h"]):
                assert (x, y) not in taken and x < 24, f"{panel['title']} and {taken.get((x, y))}"
                taken[x, y] = panel["title"]


def test_the_dashboards_show_all_metrics():
    shown = {re.sub(r"_(bucket|sum|count)$", "", name) for dashboard in DASHBOARDS
             for expression in expressions(dashboard) for name in METRIC.findall(expression)}
    told = {name for name in figures() if not re.search(r"_(bucket|sum|count)$", name)}
    assert told - shown == NOT_SHOWN
