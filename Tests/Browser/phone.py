"""A phone in the field: a browser with a profile folder of its own, which can be closed, killed and opened again."""

import os
import pathlib
import signal
import socket
import tempfile
import threading
import urllib.parse

from conftest import NARROW, PICTURES, Person
from test_path import sign_in

WORDS = {
    "es": {
        "prepare": "Preparar este teléfono", "keep": "Guardar la frase", "open": "Abrir", "safety": "Seguir con la seguridad",
        "check": "Comprobar y seguir", "next": "Siguiente", "finish": "Terminar", "seal": "Sellar", "resume": "Seguir",
        "outbox": "Por enviar", "send": "Enviar", "pause": "Pausa",
    },
    "en": {
        "prepare": "Prepare this phone", "keep": "Keep the phrase", "open": "Open", "safety": "Go on to safety",
        "check": "Check and go on", "next": "Next", "finish": "Finish", "seal": "Seal", "resume": "Go on",
        "outbox": "To send", "send": "Send", "pause": "Pause",
    },
}
STOPS_ON_YES = ("a-danger_now", "a-controlling_companion")


class Wire:
    """Stands between a browser and the site: counts every byte that comes back, and can be cut for all of the browser,
    its service worker included."""

    def __init__(self, server):
        self.port, self.bytes, self.isCut = urllib.parse.urlparse(server.address).port, 0, False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                browser, _ = self.listener.accept()
            except OSError:
                return
            if self.isCut:
                browser.close()
                continue
            site = socket.create_connection(("127.0.0.1", self.port))
            for source, target, counts in ((browser, site, False), (site, browser, True)):
                threading.Thread(target=self.carry, args=(source, target, counts), daemon=True).start()

    def carry(self, source, target, counts):
        try:
            while (part := source.recv(65536)) and not self.isCut:
                if counts:
                    self.bytes += len(part)
                target.sendall(part)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class Phone:
    """Like `Person`, but what it keeps stays when the browser ends."""

    script = True
    look = Person.look

    def __init__(self, chromium, server, language="es", address=None, **options):
        self.chromium, self.server, self.language, self.options = chromium, server, language, options
        self.address = address or server.address
        self.profile = pathlib.Path(tempfile.mkdtemp(prefix="amparo-phone-"))
        self.phrase = None
        self.errors = []
        self.open()

    def open(self):
        self.context = self.chromium.launch_persistent_context(
            str(self.profile), executable_path="/usr/bin/chromium", args=["--no-sandbox"], base_url=self.address,
            viewport=NARROW, locale="es-EC" if self.language == "es" else "en-US", accept_downloads=True, **self.options)
        self.page = self.context.pages[0] if self.context.pages else self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.page.on("pageerror", lambda e: self.errors.append(str(e)))

    def close(self):
        self.context.close()
        assert not self.errors, self.errors[:3]

    def kill(self):
        """As when the battery is pulled out: every process of this browser ends at once."""
        for folder in pathlib.Path("/proc").iterdir():
            try:
                if folder.name.isdigit() and str(self.profile).encode() in (folder / "cmdline").read_bytes():
                    os.kill(int(folder.name), signal.SIGKILL)
            except OSError:
                continue
        try:
            self.context.close()
        except Exception:
            pass  # There is nobody left to answer.

    def picture(self, name):
        try:
            self.page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
        except Exception:
            pass  # It was killed by the test.

    def word(self, name):
        return WORDS[self.language][name]

    def press(self, name):
        self.page.get_by_role("button", name=self.word(name), exact=True).first.click()

    def start(self):
        self.page.goto("/campo/")
        self.page.wait_for_selector("html[data-ready]", state="attached")

    def prepare(self, login="marta"):
        """Signs in, registers the phone, takes the six words, and waits until everything is kept for use without network."""
        sign_in(self, login)
        self.start()
        self.press("prepare")
        self.page.wait_for_selector("#words")
        self.phrase = self.page.inner_text("#words")
        self.page.fill("[name=phrase]", self.phrase)
        self.page.fill("[name=again]", self.phrase)
        self.press("keep")
        self.page.wait_for_selector(".campo-first")
        self.page.evaluate("""new Promise((done) => navigator.serviceWorker.controller ? done()
          : navigator.serviceWorker.addEventListener("controllerchange", () => done()))""")

    def cut(self, isCut=True):
        self.context.set_offline(isCut)

    def unlock(self, phrase=None):
        self.page.fill("[name=phrase]", phrase or self.phrase)
        self.page.press("[name=phrase]", "Enter")
        self.page.wait_for_selector(".campo-first")

    def unlock_here(self):
        """After the lock: back to where one was."""
        self.page.fill("[name=phrase]", self.phrase)
        self.page.press("[name=phrase]", "Enter")
        self.page.locator("[name=phrase]").wait_for(state="detached")

    def unsent(self):
        return int(self.page.get_attribute("[data-unsent]", "data-unsent"))

    def sent(self, count=0):
        self.page.wait_for_selector(f'[data-unsent="{count}"]', timeout=60_000)

    def choose(self, name, value):
        """As a thumb does: on the words, which must not be covered by anything."""
        self.page.locator(f'label:has(input[name="{name}"][value="{value}"])').click()

    def questions(self):
        """The names of the questions on the page that are asked now."""
        inputs = self.page.locator("main .card:not([hidden]) input[type=radio]")
        return list(dict.fromkeys(inputs.evaluate_all("l => l.map(e => e.name)")))

    def begin(self, age="25", questions="guided", province="EC-O", language="kichwa"):
        self.page.locator(".campo-first").click()
        self.page.wait_for_selector("[name=age]")
        self.choose("questions", questions)
        self.page.select_option("[name=province]", province)
        if age == "doubt":
            self.choose("age_doubt", "yes")
        else:
            self.page.fill("[name=age]", age)
        self.page.fill("[name=language]", language)

    def pass_safety(self, **other):
        self.press("safety")
        self.page.wait_for_selector("[name=a-danger_now]")
        for name in self.questions():
            self.choose(name, other.get(name[2:], "no" if name in STOPS_ON_YES else "yes"))
        self.press("check")

    def app(self, script, argument=None):
        """Runs within the app's own module: `app` is what its pages have."""
        return self.page.evaluate(
            "async (argument) => { const { app } = await import('/assets/field-app.js'); " + script + " }", argument)

    def quick_interview(self, note):
        """An interview in its middle, by the app's own steps but without a thumb; answers its name."""
        return self.app("""
          app.begin();
          const draft = app.drafts.get(app.route.id);
          Object.assign(draft.about, { province: "EC-P", age: "25", questions: "short" });
          draft.typedAge = "25";
          const { takeSafety } = await import('/assets/field-interview.js');
          const answers = Object.fromEntries(app.content.safety.map((one) => [one.code, one.stopsOn === "yes" ? "no" : "yes"]));
          takeSafety(draft, app.content.safety, answers, Date.now());
          draft.topics.journey = { answers: { S00: "yes", S01: "no" }, note: argument };
          await app.save(draft);
          app.go("home");
          return draft.id;
        """, note)
