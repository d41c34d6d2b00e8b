# SPDX-License-Identifier: MIT
"""A private Prometheus that scrapes one system as docs/metrics.md says, more often."""

import json
import pathlib
import re
import subprocess
import tempfile
import urllib.parse
import urllib.request

import yaml

from hotel import free_port
from waiting import eventually

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = ROOT / "compose" / "monitoring" / "rules.yml"
DOCUMENT = ROOT / "docs" / "metrics.md"

FOR = "1s"
WINDOW = {"1m": "4s", "5m": "8s", "10m": "8s", "15m": "15s", "1h": "20s"}
# Durations that are too long for a test: (alert, in the rules, here).
SOONER = (("OutboxOld", "> 60", "> 2"), ("QueueLong", "> 1000", "> 1"), ("LagHigh", "> 10", "> 1"),
          ("DeliveriesFailing", "> 900", "> 2"))


def sooner(rules):
    """The rules with shorter durations."""
    for rule in rules["groups"][0]["rules"]:
        if rule["for"] != "0m":
            rule["for"] = FOR
        rule["expr"] = re.sub(r"(?<=\[)\d+[mh](?=\])|(?<= offset )\d+[mh]",
                              lambda slow: WINDOW[slow[0]], rule["expr"])
        for name, slow, quick in SOONER:
            if rule["alert"] == name:
                assert slow in rule["expr"], f"{name} has no {slow!r}"
                rule["expr"] = rule["expr"].replace(slow, quick)
    return rules


def documented():
    """The configuration of the document."""
    (shown,) = re.findall(r"<!-- example: prometheus -->\n```yaml\n(.*?)```",
                          DOCUMENT.read_text(), re.S)
    return yaml.safe_load(shown)


class Prometheus:
    """Scrapes a system at its metrics port while it is open."""

    def __init__(self, metrics_port):
        self.port = free_port()
        self.folder = tempfile.TemporaryDirectory(prefix="prometheus-")
        folder = pathlib.Path(self.folder.name)
        rules = folder / "rules.yml"
        rules.write_text(yaml.safe_dump(sooner(yaml.safe_load(RULES.read_text()))))
        settings = documented()
        assert settings["rule_files"] == [str(RULES.relative_to(ROOT))]
        settings["rule_files"] = [str(rules)]
        settings["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
        ((discovery,),) = (job["http_sd_configs"] for job in settings["scrape_configs"])
        discovery["url"] = discovery["url"].replace("9145", str(metrics_port))
        discovery["refresh_interval"] = "1s"
        (folder / "prometheus.yml").write_text(yaml.safe_dump(settings))
        self.log = open(folder / "log", "w+")

    def open(self):
        folder = self.folder.name
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={folder}/prometheus.yml",
             f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{self.port}",
             "--log.level=warn"],
            stdout=self.log, stderr=subprocess.STDOUT)
        eventually(self.is_ready, what="Prometheus is ready")

    def close(self):
        self.process.terminate()
        self.process.wait(timeout=30)
        self.log.close()
        self.folder.cleanup()

    def is_ready(self):
        assert self.process.poll() is None, pathlib.Path(self.log.name).read_text()
        try:
            return self.ask("-/ready", raw=True)
        except OSError:
            return False

    def ask(self, path, raw=False, **query):
        url = f"http://127.0.0.1:{self.port}/{path}?{urllib.parse.urlencode(query)}"
        with urllib.request.urlopen(url, timeout=10) as answer:
            body = answer.read()
        return body if raw else json.loads(body)["data"]

    def value(self, expression):
        """The number that an expression has now, or None."""
        found = self.ask("api/v1/query", query=expression)["result"]
        return float(found[0]["value"][1]) if found else None

    def firing(self):
        """The firing alerts, like "ProgramDown fcgi-pay"."""
        names = set()
        for alert in self.ask("api/v1/alerts")["alerts"]:
            if alert["state"] == "firing":
                labels = alert["labels"]
                of = labels.get("queue") or labels.get("channel") or labels.get("program") or ""
                names.add(f"{labels['alertname']} {of}".strip())
        return names
