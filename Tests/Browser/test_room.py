"""In the training room: roll-call, marking on one's own phone, a live quiz with two phones, paper, feedback. Phones have
no account; one of them runs no script. In both languages."""

import re

import pytest
from playwright.sync_api import expect

from conftest import WIDE
from test_path import day, fill, sign_in, submit

NAMES = ["Rocío Inventada", "Aníbal Inventado", "Zoila Inventada"]


def open_class(trainer):
    page = trainer.page
    page.goto("/training/new")
    fill(page, {
        "place": "Quito, sala 3", "province": "EC-P", "from": day(0), "until": day(0), "seats": "20",
        "institutions": ["senami", "mte-sti"]})
    submit(page)
    cohort = page.url
    page.locator("summary").first.click()
    fill(page, {"title": "Día 1, mañana", "day": day(0)})
    submit(page)
    return cohort, "/t/" + re.search(r"/t/([\w-]{43})", page.content()).group(1)


def register(person, link, name):
    page = person.page
    page.goto(link)
    if page.locator("html").get_attribute("lang") != person.language:
        page.locator(f"a[hreflang={person.language}]").click()
    fill(page, {"name": name, "post": "Oficial", "institution": "senami"})
    submit(page)
    return page.url


def local(address):
    """The path of an address that the site gave for phones."""
    return re.sub(r"^https?://[^/]+", "", address)


def code_of(trainer, cohort, session):
    """Where the code on the projector leads, read as a phone's camera would."""
    page = trainer.page
    page.goto(f"{cohort}/room/{session}/code")
    return page.evaluate("""async () => {
      const svg = document.querySelector(".projector-code svg");
      const [, , side] = svg.getAttribute("viewBox").split(" ").map(Number);
      const rows = Array.from({ length: side }, () => Array(side).fill(0));
      for (const [, x, y, n] of svg.querySelectorAll("path")[1].getAttribute("d").matchAll(/M(\\d+) (\\d+)h(\\d+)v/g))
        for (let i = 0; i < +n; i++) rows[+y][+x + i] = 1;
      return rows.map((row) => row.join("")).join("\\n");
    }""")


def decoded(picture):
    import subprocess
    side = picture.index("\n")
    scale = 8
    lines = [
        " ".join(("0" if dot == "1" else "255") for dot in row for _ in range(scale))
        for row in picture.split("\n") for _ in range(scale)]
    pgm = f"P2\n{side * scale} {side * scale}\n255\n" + "\n".join(lines) + "\n"
    answer = subprocess.run(["zbarimg", "-q", "--raw", "pgm:-"], input=pgm.encode(), capture_output=True)
    return answer.stdout.decode().strip()


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_session_in_the_room(person, language):
    trainer = person(language=language)
    sign_in(trainer, "teresa")
    page = trainer.page
    cohort, link = open_class(trainer)
    phones = [person(language=language, script=index != 1) for index in range(3)]
    seats = [register(phone, link, name) for phone, name in zip(phones, NAMES)]

    page.goto(cohort + "/room")
    trainer.look("room")
    session = re.search(r"/attendance/([0-9a-z]{26})", page.content()).group(1)
    roll = f"{cohort}/attendance/{session}"
    page.goto(roll)
    trainer.look("room-roll-empty")
    page.goto(cohort + "/room/cards")
    trainer.look("room-cards")
    badge = page.locator(".badges li", has_text=NAMES[1]).locator(".badge-code").inner_text()
    page.goto(f"{cohort}/room/{session}/signatures")
    trainer.look("room-signatures")
    assert page.locator(".signatures tbody tr").count() == 8

    # The code on the projector, on a big screen; it comes anew by itself.
    picture = code_of(trainer, cohort, session)
    page.set_viewport_size(WIDE)
    trainer.look("room-code")
    address = decoded(picture)
    if not address:
        pytest.skip("zbarimg is missing; run Scripts/prepare test")
    assert re.search(rf"/a/{session}/\w{{12}}$", address)
    # One tap on the phone that opened its personal link before; the badge's code without script; a name elsewhere.
    for index, phone in enumerate(phones):
        own = phone.page
        if index == 2:
            phone.context.clear_cookies()
        own.goto(local(address))
        if own.locator("html").get_attribute("lang") != language:
            own.locator(f"a[hreflang={language}]").click()
        phone.look(f"room-door-{index}")
        if index == 0:
            own.locator("button.seat-next").click()
        elif index == 1:
            own.locator("summary").click()
            own.fill("input[name=who]", badge.upper())
            own.press("input[name=who]", "Enter")
        else:
            own.fill("input[name=who]", "Nadie")
            own.press("input[name=who]", "Enter")
            assert own.locator("[aria-invalid=true]").count() == 1
            own.fill("input[name=who]", NAMES[2].lower())
            own.press("input[name=who]", "Enter")
        own.wait_for_load_state()
        assert own.locator(".notice.good").count() == 1, own.content()[:2000]
        phone.look(f"room-marked-{index}")
    page.goto(roll)
    assert page.locator(".mark.present input:checked").count() == 3
    # By keys: the first is late, the second excused.
    page.locator(".roll-row").first.locator("input:checked").focus()
    page.keyboard.press("2")
    page.keyboard.press("4")
    page.keyboard.press("ArrowUp")
    trainer.look("room-roll")
    page.locator(".roll-save button").click()
    page.wait_for_load_state()
    assert page.locator(".mark.late input:checked").count() == 1
    assert page.locator(".mark.excused input:checked").count() == 1
    page.goto(f"{cohort}/room/{session}/numbers")
    trainer.look("room-numbers")
    page.fill("input[name=numbers]", "1-3 2t")
    page.press("input[name=numbers]", "Enter")
    page.wait_for_load_state()
    assert page.locator(".mark.late input:checked").count() == 1
    assert page.locator(".mark.present input:checked").count() == 2


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_live_quiz_with_two_phones(person, language):
    trainer = person(language=language)
    sign_in(trainer, "teresa")
    page = trainer.page
    cohort, link = open_class(trainer)
    quick, plain = person(language=language), person(language=language, script=False)
    seats = [register(quick, link, NAMES[0]), register(plain, link, NAMES[1])]
    page.goto(cohort + "/quiz/new")
    trainer.look("quiz-new")
    page.fill("input[name=count]", "2")
    submit(page)
    quiz = page.url
    trainer.look("quiz-ready")
    quick.page.goto(seats[0] + "/quiz")
    quick.look("quiz-phone-waiting")

    def lead(move="next"):
        page.locator(f"button[name=move][value={move}]").click()
        page.wait_for_load_state()

    def answer(own):
        tap = own.locator("button.tap")
        if tap.count():
            tap.first.click()
        else:
            for field in own.locator("form input[type=checkbox]").all()[:1]:
                own.locator(f'label[for="{field.get_attribute("id")}"]').click()
            for field in own.locator("form input[type=text]").all():
                field.fill("15")
            for field in own.locator("form select").all():
                field.select_option(index=1)
            own.locator("button.seat-next").click()
        own.wait_for_load_state()
        assert own.locator(".notice.good").count() == 1

    lead()
    trainer.look("quiz-asking")
    # The phone follows by itself.
    quick.page.wait_for_selector("form[action$='/quiz']")
    quick.look("quiz-phone-asking")
    answer(quick.page)
    quick.look("quiz-phone-kept")
    expect(page.locator("[data-count]")).to_have_text("1")
    # A late one without script opens the quiz from the own page.
    plain.page.goto(seats[1])
    plain.page.locator("a[href$='/quiz']").click()
    answer(plain.page)
    lead()
    trainer.look("quiz-shown")
    assert "2" in page.locator(".projector-count").inner_text()
    quick.page.wait_for_selector(".quiz-phone ul")
    quick.look("quiz-phone-shown")
    # A phone that drops off resumes where the quiz is.
    quick.context.set_offline(True)
    lead()
    quick.context.set_offline(False)
    quick.page.wait_for_selector("form[action$='/quiz']")
    # Answering a question that was closed meanwhile is said, and the present one shown.
    plain.page.goto(seats[1] + "/quiz")
    lead()
    if plain.page.locator("button.tap").count():
        plain.page.locator("button.tap").first.click()
        plain.page.wait_for_load_state()
        assert plain.page.locator(".notice.bad").count() == 1
    lead()
    trainer.look("quiz-over")
    quick.page.wait_for_selector("p.lead")
    quick.look("quiz-phone-over")
    assert page.url == quiz
    page.goto(cohort + "/room")
    trainer.look("room-with-quiz")


@pytest.mark.parametrize("language", ["es", "en"])
def test_paper_and_feedback(person, language):
    trainer = person(language=language)
    sign_in(trainer, "teresa")
    page = trainer.page
    cohort, link = open_class(trainer)
    phone = person(language=language)
    seat = register(phone, link, NAMES[0])
    register(person(language=language), link, NAMES[1])
    for part in ("questions", "sheets"):
        page.goto(f"{cohort}/paper/pre/{part}")
        trainer.look(f"paper-{part}")
    page.goto(f"{cohort}/paper/pre")
    example = page.locator("code").first.inner_text()
    page.fill("textarea", example + "\n2 ab")
    page.locator("main form button").last.click()
    page.wait_for_load_state()
    trainer.look("paper-entered")
    assert page.locator("textarea").input_value() == "2 ab"
    assert page.locator(".notice.good").count() == 1 and page.locator(".notice.bad").count() == 1
    page.fill("textarea", "2 " + example.split(" ", 1)[1])
    page.locator("main form button").last.click()
    page.wait_for_load_state()
    assert page.locator(".notice.bad").count() == 0

    own = phone.page
    own.goto(seat)
    own.locator("a[href*='/feedback/']").click()
    phone.look("feedback-phone")
    submit(own)
    assert own.locator("form").count() and own.locator("[role=alert]").count()
    fill(own, {"useful": "5", "clear": "4", "safe": "5", "ready": "3", "note": "Más casos como el de hoy"})
    submit(own)
    phone.look("feedback-given")
    assert own.locator("main form").count() == 0
    for part in ("/paper", "/entry", ""):
        page.goto(f"{cohort}/feedback/{day(0)}{part}")
        trainer.look("feedback" + part.replace("/", "-"))
        if part == "/entry":
            page.fill("textarea", "5434 Bien\n55-5\n1333")
            submit(page)
    page.goto(f"{cohort}/feedback/{day(0)}")
    assert page.locator("tbody tr").count() == 4
    trainer.look("feedback-results")
    page.goto(f"{cohort}/feedback/{day(0)}/texts")
    assert "Más casos como el de hoy" in page.content()
    trainer.look("feedback-texts")
