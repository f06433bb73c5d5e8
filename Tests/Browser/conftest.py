"""A server with the demonstration, a browser, and people who sit in front of it."""

import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("AMPARO_PROGRAM", str(ROOT / ".build/debug/amparo"))
PICTURES = ROOT / "out/browser"
NARROW, WIDE = {"width": 360, "height": 780}, {"width": 1280, "height": 900}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """`amparo serve` on a folder of its own that holds the demonstration."""

    def __init__(self, *further):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="amparo-browser-"))
        self.data = self.folder / "data"
        made = subprocess.run(
            [PROGRAM, "demo", "--prepare-only", "--data", str(self.data)], cwd=ROOT, capture_output=True, text=True)
        assert made.returncode == 0, made.stderr
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = open(self.folder / "log", "w")
        (self.folder / "tmp").mkdir()
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--data", str(self.data), "--port", str(self.port), *further], cwd=ROOT, stdout=self.log,
            stderr=subprocess.STDOUT, env=os.environ | {"TMPDIR": str(self.folder / "tmp")})
        deadline = time.time() + 60
        while True:
            try:
                urllib.request.urlopen(self.address + "/health", timeout=1)
                return
            except OSError:
                assert time.time() < deadline and self.process.poll() is None, (self.folder / "log").read_text()
                time.sleep(0.1)

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture(scope="session")
def server():
    server = Server()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture(scope="session")
def browser(chromium):
    browser = chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
    yield browser
    browser.close()


class Person:
    """Someone with a browser of their own."""

    def __init__(self, browser, server, language="es", script=True, size=NARROW, also=None):
        """`also`: a second site's address that belongs to the first."""
        self.context = browser.new_context(
            base_url=server.address, viewport=size, java_script_enabled=script,
            locale="es-EC" if language == "es" else "en-US")
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.language = language
        self.script = script
        self.foreign = []
        known = tuple(filter(None, (server.address, also)))
        self.context.on("request", lambda r: self.foreign.append(r.url) if not r.url.startswith(known) else None)
        self.errors = []
        self.page.on("pageerror", lambda e: self.errors.append(str(e)))
        self.page.on("console", self.note)

    def note(self, message):
        # The browser says so of every 404 and 422 that a test asks for.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.errors.append(message.text)

    def look(self, name, axe=True):
        """Keeps pictures of the page at both widths, and finds no serious barrier in it."""
        if not self.script:
            # The measuring itself needs scripts.
            return
        PICTURES.mkdir(parents=True, exist_ok=True)
        for label, size in (("360", NARROW), ("1280", WIDE)):
            self.page.set_viewport_size(size)
            overflow = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert overflow <= 0, f"{name} at {label}: {overflow} px wider than the screen"
            self.page.screenshot(path=PICTURES / f"{name}-{self.language}-{label}.png", full_page=True)
            if axe:
                found = Axe().run(self.page).response["violations"]
                serious = [
                    f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found if v["impact"] in ("serious", "critical")
                ]
                assert not serious, f"{name} at {label}: " + "; ".join(serious)
        self.page.set_viewport_size(NARROW)

    def close(self):
        self.context.close()
        assert not self.foreign, f"loaded from elsewhere: {self.foreign[:3]}"
        assert not self.errors, self.errors[:3]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    setattr(item, "outcome_" + call.when, outcome.get_result())


@pytest.fixture
def person(browser, server, request):
    people = []

    def make(**options):
        people.append(Person(browser, server, **options))
        return people[-1]

    yield make
    failed = getattr(request.node, "outcome_call", None)
    if failed is not None and failed.failed:
        for number, one in enumerate(people):
            one.page.screenshot(path=PICTURES / f"failed-{request.node.name}-{number}.png", full_page=True)
            one.context.close()
        return
    for one in people:
        one.close()
