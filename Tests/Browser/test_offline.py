"""The interview where there is no network: on a phone that was prepared once, with the network cut."""

import datetime
import json
import os
import random
import re
import shutil
import subprocess

import pytest
from playwright.sync_api import expect

from conftest import PROGRAM, ROOT
from phone import Phone, Wire
from test_path import sign_in

MARK = "Ñawi-Canario-7731"


@pytest.fixture
def phone(chromium, server, request):
    phones = []

    def make(**options):
        phones.append(Phone(chromium, server, **options))
        return phones[-1]

    yield make
    failed = getattr(request.node, "outcome_call", None)
    for number, one in enumerate(phones):
        if failed is not None and failed.failed:
            one.picture(f"failed-{request.node.name}-{number}")
        try:
            one.context.close()
        except Exception:
            pass  # Killed by the test.
        shutil.rmtree(one.profile, ignore_errors=True)
        assert not one.errors, one.errors[:3]


def inbox(person, login="marta"):
    """What the agency finds in its inbox."""
    sign_in(person, login)
    person.page.goto("/field")
    return person.page


@pytest.mark.parametrize("language", ["es", "en"])
def test_an_interview_from_the_first_question_to_the_receipt(phone, person, language):
    officer = phone(language=language)
    page = officer.page
    officer.start()
    officer.look("campo-prepare")
    officer.prepare()
    officer.look("campo-home")
    officer.cut()
    officer.start()
    assert page.locator("html").get_attribute("lang") == language
    officer.look("campo-unlock")
    officer.unlock()
    officer.begin()
    officer.look("campo-start")
    officer.pass_safety(told_research="unknown")
    topics, answered = 0, 0
    while True:
        topics += 1
        page.wait_for_selector("textarea[name=note]")
        answered += len(officer.questions())
        for name in officer.questions():
            officer.choose(name, random.choice(["yes", "no", "unknown"]))
        page.fill("[name=note]", f"{MARK} {topics}")
        if topics in (1, 3):
            officer.look(f"campo-topic-{topics}")
        name = page.locator("h1").inner_text()
        if not page.get_by_role("button", name=officer.word("next"), exact=True).count():
            break
        officer.press("next")
        expect(page.locator("h1")).not_to_have_text(name)
    assert topics == 8
    officer.press("finish")
    officer.look("campo-finish")
    officer.press("seal")
    officer.sent(1)
    officer.look("campo-sealed")
    # The phone holds nothing that it could read.
    kept = officer.app("return [app.drafts.size, app.outbox.map((one) => new TextDecoder().decode(one.body)).join('')]")
    assert kept[0] == 0 and MARK not in kept[1]
    officer.cut(False)
    officer.sent()
    page.locator(".buttons button").click()
    officer.press("outbox")
    officer.look("campo-outbox")
    # The agency opens it, with every answer and note; the result is explained there.
    colleague = person(language=language)
    page = inbox(colleague)
    page.locator("main .work-row").first.locator("a").first.click()
    page.locator("form[action$='/open'] button").click()
    page.wait_for_url("**/screenings/*")
    for number in range(1, topics + 1):
        expect(page.locator("main")).to_contain_text(f"{MARK} {number}")
    expect(page.locator("main")).to_contain_text("kichwa")
    expect(page.locator("main")).to_contain_text(re.compile(rf"\b{answered}\b"))
    page.goto(page.url + "/result")
    expect(page.locator("h1")).to_be_visible()


def test_skips_are_the_servers(phone, server):
    """Random answers, judged by the phone's rules and by the command line's: a yes counts exactly where it is asked."""
    seed = int(os.environ.get("AMPARO_TEST_SEED", random.randrange(1 << 32)))
    print(f"seed {seed}")
    dice = random.Random(seed)
    officer = phone()
    officer.start()
    content = officer.page.evaluate("fetch('/campo/content.json?lang=es').then((r) => r.json())")
    conditional = 0
    for instrument in content["sets"]:
        conditional += any("when" in part for d in instrument["dimensions"] for part in [d, *d["questions"]])
        keys = [f"{d['code']}/{q['code']}" for d in instrument["dimensions"] for q in d["questions"]]
        cases = []
        for number in range(200):
            answers = {key: dice.choice(["yes", "yes", "no", "unknown", "not_asked"]) for key in keys}
            cases.append({"id": str(number), "age": dice.choice([8, 17, 18, 40, "doubt"]), "answers": answers})
        judged = officer.page.evaluate("""async ([set, cases]) => {
          const { asked, isChild } = await import("/assets/field-interview.js");
          return cases.map(({ age, answers }) =>
            [...asked(set, isChild(String(age)), (key) => answers[key])].filter((key) => answers[key] === "yes"));
        }""", [instrument, cases])
        told = subprocess.run(
            [PROGRAM, "screen", "--instrument", instrument["id"], "--batch", "-", "--json"], cwd=ROOT, text=True,
            input="".join(json.dumps(case) + "\n" for case in cases), capture_output=True, check=True).stdout
        for case, mine, line in zip(cases, judged, told.splitlines(), strict=True):
            theirs = json.loads(line)
            assert sorted(key.split("/")[1] for key in mine) == sorted(theirs["observed"]), (instrument["id"], case["age"])
    assert conditional >= 2, "no instrument skips anything: nothing was compared"


def test_the_safety_check_is_the_servers(phone):
    """Every combination that the rule tells apart: stops, open, clear, and what nobody may pass over."""
    officer = phone()
    officer.start()
    dice = random.Random(4)
    kinds = [
        {"code": f"q{n}", "stopsOn": stops, "mayGoOn": may, "isTold": told}
        for n, (stops, may, told) in enumerate([("yes", True, False), ("no", False, False), ("no", True, True)])]
    for _ in range(200):
        answers = {k["code"]: a for k in kinds if (a := dice.choice(["yes", "no", "unknown", None]))}
        state, settle = officer.page.evaluate("""async ([questions, answers]) => {
          const { verdict, mustBeSettled } = await import("/assets/field-interview.js");
          return [verdict(questions, answers).state, mustBeSettled(questions, answers).map((one) => one.code)];
        }""", [kinds, answers])
        asked = [k for k in kinds if not k["isTold"]]
        stopped = any(answers.get(k["code"]) == k["stopsOn"] for k in asked)
        unknown = any(answers.get(k["code"], "unknown") == "unknown" for k in asked)
        assert state == ("stopped" if stopped else "open" if unknown else "clear"), answers
        assert settle == (["q1"] if answers.get("q1") != "yes" else []), answers


def test_stopping_going_on_and_danger(phone, person):
    officer = phone()
    page = officer.page
    officer.prepare()
    officer.cut()
    # A danger can be told before anything else is known.
    page.locator(".campo-first").click()
    page.locator("[data-danger]").click()
    page.wait_for_selector('a.button[href="tel:911"]')
    officer.look("campo-danger")
    assert officer.unsent() == 1
    page.locator("main .button.second").click()
    page.wait_for_selector("[name=age]")
    page.select_option("[name=province]", "EC-O")
    page.fill("[name=age]", "16")
    # Without the person's agreement no reason leads on.
    officer.pass_safety(agrees_to_talk="no", private_place="no")
    expect(page.locator("#verdict .card.danger")).to_be_visible()
    assert page.locator("details.go-on").count() == 0
    officer.choose("a-agrees_to_talk", "yes")
    officer.press("check")
    page.locator("details.go-on summary").click()
    page.locator("details.go-on button.button").click()
    expect(page.locator("details.go-on .error")).to_be_visible()
    officer.look("campo-stopped")
    page.fill("[name=reason]", "No hay otro cuarto en el puesto")
    page.locator("details.go-on button.button").click()
    page.wait_for_selector("textarea[name=note]")
    officer.press("finish")
    officer.press("seal")
    officer.sent(2)
    officer.cut(False)
    officer.sent()
    # It stands above all else for whoever sees the inbox.
    page = inbox(person())
    expect(page.locator("main .work-row").first.locator(".status.urgent")).to_be_visible()


def test_a_courier_carries_what_the_network_does_not(phone, person):
    officer = phone()
    officer.prepare()
    officer.cut()
    for number in range(2):
        draft = officer.quick_interview(f"carried {number}")
        officer.app("await app.finish(app.drafts.get(argument))", draft)
    officer.sent(2)
    officer.app("app.go('outbox')")
    with officer.page.expect_download() as saving:
        officer.page.locator("main section .button.second").click()
    carried = saving.value
    assert re.fullmatch(r"amparo-\d{8}-\d{4}\.amparo-field", carried.suggested_filename)
    assert "carried" not in open(carried.path()).read()
    colleague = person()
    sign_in(colleague, "marta")
    page = colleague.page
    page.goto("/field/courier")
    page.set_input_files("input[type=file]", {
        "name": carried.suggested_filename, "mimeType": "application/json", "buffer": open(carried.path(), "rb").read()})
    page.locator("main form button").click()
    with page.expect_download() as giving:
        page.locator("a[href$='/receipts']").click()
    # What is no receipt deletes nothing.
    load = officer.page.locator("#receipts")
    load.set_input_files({"name": "x.json", "mimeType": "application/json", "buffer": b"[1]"})
    expect(officer.page.locator(".notice.warn").last).to_be_visible()
    assert officer.unsent() == 2
    officer.page.locator("#receipts").set_input_files(giving.value.path())
    officer.sent()


def test_what_was_typed_survives_back_reload_and_the_lock(phone):
    officer = phone()
    page = officer.page
    officer.prepare()
    page.clock.install()
    officer.start()
    officer.cut()
    officer.unlock()
    officer.begin(questions="short")
    officer.pass_safety()
    page.wait_for_selector("textarea[name=note]")
    # What an answer brings up is there at once.
    assert "a-S16A" not in officer.questions() and "a-S01" not in officer.questions()
    officer.choose("a-S00", "yes")
    assert "a-S01" in officer.questions()
    page.fill("[name=note]", MARK)
    first = page.locator("h1").inner_text()
    officer.press("next")
    expect(page.locator("h1")).not_to_have_text(first)
    page.go_back()
    expect(page.locator("h1")).to_have_text(first)
    expect(page.locator("[name=note]")).to_have_value(MARK)
    page.fill("[name=note]", MARK + " más")
    page.clock.run_for(299_000)
    expect(page.locator("[name=note]")).to_be_visible()
    page.clock.run_for(4_000)
    page.wait_for_selector("[name=phrase]")
    assert MARK not in page.content()
    page.fill("[name=phrase]", "otra frase cualquiera")
    page.press("[name=phrase]", "Enter")
    expect(page.locator(".error")).to_be_visible()
    officer.look("campo-wrong-phrase")
    # Accents, capitals and blanks do not matter; the way back leads to the same page.
    page.fill("[name=phrase]", "  " + officer.phrase.upper().replace(" ", "   "))
    page.press("[name=phrase]", "Enter")
    expect(page.locator("[name=note]")).to_have_value(MARK + " más")
    officer.start()
    officer.unlock()
    assert page.locator("[data-draft]").count() == 1
    officer.look("campo-drafts")
    officer.press("resume")
    expect(page.locator("[name=note]")).to_have_value(MARK + " más")
    assert page.locator('input[name="a-S00"][value="yes"]').is_checked()


def test_the_profile_folder_shows_nothing(phone):
    officer = phone()
    page = officer.page
    officer.prepare()
    officer.cut()
    officer.begin(language=MARK + "-L")
    officer.pass_safety()
    page.wait_for_selector("textarea[name=note]")
    page.fill("[name=note]", MARK)
    page.wait_for_timeout(600)
    officer.quick_interview(MARK)
    officer.app("const draft = [...app.drafts.values()][0]; await app.finish(draft);")
    officer.sent(1)
    page.wait_for_selector("h1")
    # What is kept in clear is found: the search would see it.
    page.evaluate("localStorage.setItem('control', 'Huella-Clara-5519')")
    page.wait_for_timeout(500)
    words = officer.phrase
    officer.close()
    found = {"control": 0}
    for file in officer.profile.rglob("*"):
        if not file.is_file():
            continue
        content = file.read_bytes()
        for name, text in (("mark", MARK), ("phrase", words), ("control", "Huella-Clara-5519")):
            if any(text.encode(code) in content for code in ("utf-8", "utf-16-le", "latin-1")):
                found[name] = found.get(name, 0) + 1
    assert found.pop("control") > 0, "the search itself finds nothing"
    assert found == {}, found


def test_a_phone_that_dies_at_any_moment_loses_no_interview(phone, server):
    seed = int(os.environ.get("AMPARO_TEST_SEED", random.randrange(1 << 32)))
    print(f"seed {seed}")
    dice = random.Random(seed)
    # Cut outside of the browser: its service worker would send as soon as it is opened again.
    wire = Wire(server)
    officer = phone(address=wire.address)
    officer.prepare()
    wire.isCut = True
    rounds = 8
    for number in range(rounds):
        draft = officer.quick_interview(f"{MARK} {number}")
        wait = dice.uniform(0, 0.08)
        if number % 2:
            # In the middle of sealing.
            officer.page.evaluate(
                "(id) => { import('/assets/field-app.js').then(({ app }) => app.finish(app.drafts.get(id))); }", draft)
        else:
            officer.page.evaluate("""(id) => { import('/assets/field-app.js').then(({ app }) => {
              const draft = app.drafts.get(id);
              draft.topics.work = { answers: { S03: "yes" }, note: "" };
              app.save(draft);
            }); }""", draft)
        officer.page.wait_for_timeout(wait * 1000)
        officer.kill()
        officer.errors.clear()
        officer.open()
        officer.start()
        officer.unlock()
        drafts, notes, waiting = officer.app("""return [app.drafts.size,
          [...app.drafts.values()].map((one) => one.topics.journey.note), app.outbox.map((one) => one.record)]""")
        # Each interview is there once: as a draft, or sealed.
        assert drafts + len(set(waiting)) == number + 1, (seed, number, drafts, waiting)
        assert len(set(waiting)) == len(waiting)
        assert all(note.startswith(MARK) for note in notes)
    officer.app("for (const draft of [...app.drafts.values()]) await app.finish(draft)")
    officer.sent(rounds)
    wire.isCut = False
    officer.page.locator("[data-send]").click()
    officer.sent()


def test_no_room_on_the_phone(phone):
    officer = phone()
    page = officer.page
    officer.prepare()
    officer.cut()
    officer.begin(questions="short")
    officer.pass_safety()
    page.wait_for_selector("textarea[name=note]")
    # The browser looks at the room left when it has not looked for a while: here, when it is opened again.
    officer.close()
    officer.open()
    page = officer.page
    cdp = officer.context.new_cdp_session(page)
    cdp.send("Storage.overrideQuotaForOrigin", {"origin": officer.address, "quotaSize": 1})
    officer.cut()
    officer.start()
    officer.unlock()
    officer.press("resume")
    page.fill("[name=note]", MARK + " sin espacio")
    expect(page.locator(".notice.bad")).to_be_visible()
    officer.look("campo-no-room")
    cdp.send("Storage.overrideQuotaForOrigin", {"origin": officer.address})
    # Room again: it is kept without anybody pressing anything.
    expect(page.locator("#state strong")).to_have_count(0, timeout=15_000)
    expect(page.locator(".notice.bad")).to_have_count(0)
    officer.close()
    officer.open()
    page = officer.page
    cdp = officer.context.new_cdp_session(page)
    cdp.send("Storage.overrideQuotaForOrigin", {"origin": officer.address, "quotaSize": 1})
    officer.cut()
    officer.start()
    officer.unlock()
    officer.press("resume")
    expect(page.locator("[name=note]")).to_have_value(MARK + " sin espacio")
    # Sealed whole or not at all, whatever the browser lets through.
    officer.press("finish")
    officer.press("seal")
    expect(page.locator(".notice.bad, .buttons button").first).to_be_visible()
    kept = page.evaluate("""import('/assets/field-store.js').then(async ({ all }) =>
      [(await all("drafts")).length, (await all("outbox")).length])""")
    assert sorted(kept) == [0, 1], kept


@pytest.mark.parametrize("years", [-2, 2])
def test_a_clock_that_is_two_years_off(phone, years):
    officer = phone()
    page = officer.page
    officer.prepare()
    # The page itself sends: the service worker has a clock that no test sets.
    officer.context.add_init_script("delete ServiceWorkerRegistration.prototype.sync")
    page.clock.install(time=datetime.datetime.now() + datetime.timedelta(days=365 * years))
    officer.cut()
    officer.start()
    officer.unlock()
    officer.begin()
    officer.pass_safety()
    page.wait_for_selector("textarea[name=note]")
    # Set right in the middle: harmless too.
    page.clock.set_system_time(datetime.datetime.now())
    page.clock.run_for(2000)
    officer.start()
    page.clock.set_system_time(datetime.datetime.now() + datetime.timedelta(days=365 * years))
    officer.unlock()
    officer.app("""const draft = [...app.drafts.values()][0]; await app.finish(draft);""")
    officer.sent(1)
    page.clock.run_for(25 * 3600_000)
    expect(page.locator("#state strong")).to_be_visible()
    page.wait_for_selector("[name=phrase]")
    officer.look("campo-late")
    officer.unlock_here()
    officer.cut(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    officer.sent()
    page.clock.run_for(100)
    officer.page.locator(".buttons button").click()
    officer.press("outbox")
    expect(page.locator(".notice.warn").first).to_be_visible()


def test_only_a_receipt_of_the_agency_lets_the_phone_forget(phone):
    officer = phone(service_workers="block")
    page = officer.page
    sign_in(officer, "marta")
    officer.start()
    officer.press("prepare")
    page.wait_for_selector("#words")
    officer.phrase = page.inner_text("#words")
    page.fill("[name=phrase]", officer.phrase)
    page.fill("[name=again]", officer.phrase)
    officer.press("keep")
    page.wait_for_selector(".campo-first")

    def forged(route):
        answer = route.fetch()
        told = answer.json()
        for outcome in told["outcomes"]:
            signature = outcome["receipt"]["signature"]
            outcome["receipt"]["signature"] = ("B" if signature[0] == "A" else "A") + signature[1:]
        route.fulfill(response=answer, json=told)

    page.route("**/sync", forged)
    note = officer.quick_interview("x")
    officer.app("await app.finish(app.drafts.get(argument))", note)
    page.wait_for_selector("#state.warn")
    assert officer.unsent() == 1
    page.unroute("**/sync")
    page.locator("[data-send]").click()
    officer.sent()
    # What the server does not take stays with its sentence.
    page.route("**/sync", lambda route: route.abort())
    note = officer.quick_interview("y")
    officer.app("await app.finish(app.drafts.get(argument))", note)
    officer.sent(1)
    page.evaluate("""async () => {
      const { all, settle } = await import('/assets/field-store.js');
      const [one] = await all("outbox");
      one.signature[5] ^= 1;
      await settle([], [one]);
    }""")
    page.unroute("**/sync")
    page.locator("[data-send]").click()
    page.wait_for_selector("#state.warn")
    officer.start()
    officer.unlock()
    officer.press("outbox")
    expect(page.locator("[data-operation] .error")).to_have_count(1)
    assert len(page.locator("[data-operation] .error").inner_text()) > 10
    officer.look("campo-rejected")


def test_a_newer_pack_keeps_the_draft(phone):
    officer = phone(service_workers="block")
    page = officer.page
    sign_in(officer, "marta")
    officer.start()
    officer.press("prepare")
    page.wait_for_selector("#words")
    officer.phrase = page.inner_text("#words")
    page.fill("[name=phrase]", officer.phrase)
    page.fill("[name=again]", officer.phrase)
    officer.press("keep")
    page.wait_for_selector(".campo-first")
    officer.quick_interview(MARK)

    def newer(route):
        answer = route.fetch()
        content = answer.json()
        content["pack"] = "2031-01-01"
        for instrument in content["sets"]:
            for dimension in instrument["dimensions"]:
                dimension["questions"] = [q for q in dimension["questions"] if q["code"] != "S00"]
                for question in dimension["questions"]:
                    question.pop("when", None)
        route.fulfill(response=answer, json=content)

    page.route("**/campo/content.json*", newer)
    officer.start()
    officer.unlock()
    officer.press("resume")
    expect(page.locator("[name=note]")).to_have_value(MARK)
    expect(page.locator(".notice.warn").first).to_contain_text("2031-01-01")
    sealed = officer.app("""const { sealedContent } = await import('/assets/field-interview.js');
      return sealedContent(app.content, [...app.drafts.values()][0], Date.now());""")
    # What the newer questions no longer have is written into the note.
    assert sealed["topics"]["journey"] == {"answers": {"S01": "no"}, "note": MARK}
    assert "S00 = yes" in sealed["topics"]["overall"]["note"]


def test_erasing_leaves_a_phone_that_was_never_prepared(phone):
    officer = phone()
    page = officer.page
    officer.prepare()
    officer.quick_interview(MARK)
    officer.start()
    # Without the phrase, as at a checkpoint.
    page.get_by_role("button", name="Borrar este teléfono").click()
    officer.look("campo-erase")
    page.get_by_role("button", name="Borrar todo ahora").click()
    page.wait_for_selector("[name=name]")
    left = page.evaluate("""import('/assets/field-store.js').then(async ({ all, read }) =>
      [(await all("drafts")).length, (await all("outbox")).length, await read("meta", "lock") ?? null])""")
    assert left == [0, 0, None]


def test_what_a_browser_lacks_is_said_in_a_sentence(phone):
    officer = phone()
    officer.context.add_init_script("""
      const made = crypto.subtle.generateKey.bind(crypto.subtle);
      crypto.subtle.generateKey = (kind, ...rest) => kind.name === "X25519" ? Promise.reject(new Error()) : made(kind, ...rest);
    """)
    officer.page.goto("/campo/")
    expect(officer.page.locator("main > .text .notice.warn")).to_contain_text("X25519")
    # Two tabs of one phone would write over each other.
    other = phone()
    other.prepare()
    second = other.context.new_page()
    second.goto("/campo/")
    expect(second.locator("main > .text .notice.warn")).to_be_visible()
    # Leaving without network: an empty page, and no way back to what was open.
    other.cut()
    other.page.locator("[data-quick-exit]").click()
    other.page.wait_for_url("about:blank")
