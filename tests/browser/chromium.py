# SPDX-License-Identifier: MIT
"""A headless Chromium with the actions of a user."""

import contextlib
import os
import tempfile

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

WITHIN_S = 15.0
DESKTOP, PHONE = (1200, 900), (375, 800)

# No network access beyond the tested system: no lookups, synchronisation or updates.
FLAGS = (
    "--headless=new",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--hide-scrollbars",
)


class Browser:
    """A browser with an empty profile and the given language, with or without JavaScript."""

    def __init__(self, base, language="en-US", script=True):
        self.base = base
        self.profile = tempfile.TemporaryDirectory(prefix="hotel-browser-", dir="/tmp")
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        for flag in FLAGS:
            options.add_argument(flag)
        if os.geteuid() == 0:
            options.add_argument("--no-sandbox")
        options.add_argument(f"--user-data-dir={self.profile.name}")
        options.add_argument(f"--lang={language}")
        options.add_experimental_option("prefs", {
            "intl.accept_languages": language,
            "profile.managed_default_content_settings.javascript": 1 if script else 2,
        })
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.size(DESKTOP)

    def close(self):
        self.driver.quit()
        self.profile.cleanup()

    def forget(self):
        """Clears cookies, window size and console."""
        self.driver.get("about:blank")
        self.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})
        self.size(DESKTOP)
        self.complaints()

    def size(self, size):
        """Sets the size of the viewport; it may be narrower than a window can be."""
        width, height = size
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})

    @contextlib.contextmanager
    def media(self, kind="", **features):
        """Shows pages in the block as on paper (kind "print"), or to who prefers prefers_color_scheme="dark"."""
        emulate = "Emulation.setEmulatedMedia"
        wanted = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.driver.execute_cdp_cmd(emulate, {"media": kind, "features": wanted})
        try:
            yield
        finally:
            self.driver.execute_cdp_cmd(emulate, {"media": "", "features": []})

    @contextlib.contextmanager
    def without_answers(self, path):
        """Answers to GET requests of the page's script for this path do not come meanwhile."""
        before = self.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": f"""
            const send = window.fetch;
            window.fetch = (target, options) =>
                target === {path!r} && (options?.method ?? "GET") === "GET" ? new Promise(() => {{}}) : send(target, options);
        """})
        try:
            yield
        finally:
            self.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", before)

    @contextlib.contextmanager
    def script_off(self):
        """Disables JavaScript for the pages that are opened in the block."""
        switch = "Emulation.setScriptExecutionDisabled"
        self.driver.execute_cdp_cmd(switch, {"value": True})
        try:
            yield
        finally:
            self.driver.execute_cdp_cmd(switch, {"value": False})

    # Reading

    def open(self, path):
        self.driver.get(self.base + path)

    @property
    def path(self):
        """Path and query of the current page."""
        return self.driver.current_url.removeprefix(self.base)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def text(self, selector="main"):
        return self.find(selector).text

    def until(self, probe, what, within=WITHIN_S):
        """Waits until the probe is true; exceptions, as from replaced elements, count as false."""
        wait = WebDriverWait(self.driver, within, 0.05, ignored_exceptions=(Exception,))
        return wait.until(lambda _: probe(), f"{what}; the page is {self.path}")

    def await_text(self, wanted, selector="main", within=WITHIN_S):
        """Waits until the element contains the text; returns its whole text."""
        def seen():
            text = self.text(selector)
            return text if wanted in text else None
        try:
            return self.until(seen, wanted, within)
        except Exception as late:
            shown = self.text(selector) if self.all(selector) else "(not there)"
            raise AssertionError(f'no "{wanted}" in {selector} of {self.path}: {shown}') from late

    def await_path(self, beginning):
        self.until(lambda: self.path.startswith(beginning), f"to come to {beginning}")

    # Acting

    def fill(self, **fields):
        """Fills in fields by name; dates as 2027-05-05, choices by value."""
        for name, value in fields.items():
            self.fill_in(self.find(f"main [name={name}]"), str(value))

    def fill_in(self, field, value):
        if field.tag_name == "select":
            Select(field).select_by_value(value)
        elif field.get_attribute("type") == "date":
            self.driver.execute_script(
                "arguments[0].value = arguments[1];"
                "arguments[0].dispatchEvent(new Event('input', {bubbles: true}));"
                "arguments[0].dispatchEvent(new Event('change', {bubbles: true}));", field, value)
        else:
            field.clear()
            field.send_keys(value)

    def click(self, selector):
        target = self.until(lambda: self.find(selector), selector)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", target)
        target.click()

    def confirm(self):
        """Confirms in the dialog."""
        self.click("dialog button[value=yes]")

    def complaints(self):
        """The errors on the browser's console since the last call; not what it was asked to do."""
        expected = ("Failed to load resource", "Cleared data types")
        return [entry["message"] for entry in self.driver.get_log("browser")
                if not any(one in entry["message"] for one in expected)]

    def screenshot(self, path):
        self.driver.save_screenshot(str(path))
