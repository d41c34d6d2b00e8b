# SPDX-License-Identifier: MIT
"""generated - requests that schemathesis makes up from docs/openapi.yaml, sent to a running system.

requirements.txt pins schemathesis, which Debian does not have, by its hashes. The first run installs it into
build/schemathesis; later runs need no network. as_documented.py judges each answer.
"""

import fcntl
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import document

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = HERE.parents[1] / "build" / "schemathesis"
PINS = HERE / "requirements.txt"
INSTALL_WITHIN_S = 300
RUN_WITHIN_S = 600  # beyond what the run itself was given
CHECKS = ("not_a_server_error", "response_schema_conformance", "content_type_conformance", "as_documented")
# Methods that a path does not have, and parameters that come twice, are in tests/http: once for all callers.
CONFIGURATION = """
[phases.coverage]
unexpected-methods = []
generate-duplicate-query-parameters = false
"""


def installed():
    """Installs schemathesis unless this version is there; one run at a time."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = hashlib.sha256(PINS.read_bytes()).hexdigest()
    mark = FOLDER / "installed"
    with open(FOLDER / "lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not mark.exists() or mark.read_text(encoding="ascii") != wanted:
            mark.unlink(missing_ok=True)
            shutil.rmtree(FOLDER / "pip", ignore_errors=True)
            done = subprocess.run(
                [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes",
                 "--only-binary=:all:", "--disable-pip-version-check", "--root-user-action=ignore",
                 f"--target={FOLDER / 'pip'}", f"--requirement={PINS}"],
                capture_output=True, text=True, timeout=INSTALL_WITHIN_S)  # fmt: skip
            assert done.returncode == 0, (
                f"schemathesis cannot be installed; the first run installs it from PyPI\n{done.stdout}{done.stderr}")
            mark.write_text(wanted, encoding="ascii")


def run(url, headers, known, seed, phases, examples=10, seconds=None):
    """
    Sends what the document's public operations allow, and what they do not. known: what requests are made
    about, see as_documented.py; seconds: for how long, or else so many examples an operation. Returns
    {(operation, status)} of all answers; AssertionError with the findings if there are any.
    """
    installed()
    with tempfile.TemporaryDirectory() as folder:
        seen = pathlib.Path(folder) / "seen"
        seen.touch()
        configuration = pathlib.Path(folder) / "schemathesis.toml"
        configuration.write_text(CONFIGURATION, encoding="ascii")
        command = [sys.executable, "-B", "-c", "from schemathesis.cli import schemathesis; schemathesis()",
                   "--config-file", configuration, "run", document.PATH, "--url", url, "--exclude-tag", "internal",
                   "--checks", ",".join(CHECKS), "--phases", ",".join(phases), "--seed", str(seed),
                   "--max-examples", str(examples), *(["--max-time", str(seconds)] if seconds else []),
                   "--max-redirects", "0", "--continue-on-failure", "--warnings", "off", "--no-color",
                   "--suppress-health-check", "all", "--generation-database", "none",
                   *(word for name, value in headers.items() for word in ("--header", f"{name}: {value}"))]  # fmt: skip
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": folder,
                       "PYTHONPATH": f"{FOLDER / 'pip'}:{HERE}", "SCHEMATHESIS_HOOKS": "as_documented",
                       "DOCUMENTED_KNOWN": json.dumps(known), "DOCUMENTED_SEEN": str(seen)}  # fmt: skip
        done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True,
                              timeout=(seconds or 0) + RUN_WITHIN_S)  # fmt: skip
        assert done.returncode == 0, f"seed {seed}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        return {tuple(line.rsplit(" ", 1)) for line in seen.read_text(encoding="ascii").splitlines()}
