"""A whole interview typed in from its sheet of paper, key by key; and the check before an interview on a phone."""

import re
import time

from test_path import fill, sign_in, submit


def begin(person, questions="guided"):
    page = person.page
    page.goto("/screenings/new")
    fill(page, {"province": "EC-O", "age": "25", "language": "español", "questions": questions})
    submit(page)
    return re.match(r".*/screenings/[0-9a-z]{26}", page.url).group(0)


def test_a_whole_sheet_by_keys(person):
    """The longest instrument with all it observes: one key an answer, far below two minutes of key strokes."""
    officer = person()
    page = officer.page
    sign_in(officer, "marta")
    address = begin(officer)
    page.goto(address + "/paper")
    officer.look("screening-paper")
    places = page.locator("[data-key-answer]")
    count = places.count()
    assert count == 12 + 29 + 67, count
    stops = page.evaluate("""[...document.querySelectorAll('[data-key-answer]')].map((i) => i.name)""")
    keys = []
    for number, name in enumerate(stops):
        if name.startswith("s-"):
            keys.append("n" if name in ("s-danger_now", "s-controlling_companion") else "s")
        else:
            keys.append("sn?"[number % 3])
    places.first.focus()
    strokes = 0
    begun = time.monotonic()
    for key in keys:
        page.keyboard.press(key)
        strokes += 1
    spent = time.monotonic() - begun
    # Five keys a second is an unhurried typist.
    assert strokes == count and strokes / 5 < 120
    assert spent < 120
    print(f"{strokes} key strokes for {count} answers; the browser took {spent:.1f} s")
    assert page.evaluate("""[...document.querySelectorAll('[data-key-answer]')].map((i) => i.value)""") == keys
    # A wrong sign stays, is told beside its field, and nothing is lost.
    wrong = stops[20]
    page.fill(f'[name="{wrong}"]', "x")
    page.locator('main button[name=then][value=save]').click()
    page.wait_for_load_state()
    assert page.locator(f'[name="{wrong}"]').input_value() == "x"
    assert page.locator(f'[name="{wrong}"]').get_attribute("aria-invalid") == "true"
    assert page.locator(f'[name="{stops[-1]}"]').input_value() == keys[-1]
    officer.look("screening-paper-problem")
    page.fill(f'[name="{wrong}"]', keys[20])
    page.locator('main button[name=then][value=finish]').click()
    page.wait_for_load_state()
    assert page.url.endswith("/result"), page.url
    page.goto(address)
    assert "96 de 96" in page.locator("main").inner_text()


def test_a_sheet_without_script(person):
    officer = person(script=False, language="en")
    page = officer.page
    sign_in(officer, "luis")
    address = begin(officer)
    page.goto(address + "/paper")
    places = page.locator("[data-key-answer]")
    places.first.focus()
    for name in [place.get_attribute("name") for place in places.all()]:
        safe = "n" if name in ("s-danger_now", "s-controlling_companion") else "y"
        page.keyboard.type(safe if name.startswith("s-") else "?")
        page.keyboard.press("Tab")
        # Between two topics stand the notes.
        while page.evaluate("document.activeElement.dataset.keyAnswer === undefined && "
                            "document.activeElement.closest('#paper') !== null"):
            page.keyboard.press("Tab")
    page.locator('main button[name=then][value=save]').click()
    page.wait_for_load_state()
    assert page.url == address
    assert "96 of 96" in page.locator("main").inner_text()


def test_the_check_fits_a_phone(person):
    """What stops first, on one screen; then the seven answers of the consent."""
    officer = person()
    page = officer.page
    sign_in(officer, "marta")
    address = begin(officer)
    assert page.locator("main fieldset.four-way").count() == 5
    officer.look("screening-safety-stops")
    # From the first question to the last answer without more than one move of the thumb.
    top = page.locator("main fieldset.four-way").first.bounding_box()["y"]
    last = page.locator("main fieldset.four-way").last.bounding_box()
    assert last["y"] + last["height"] - top < 780, (top, last)
    for name in ("private_place", "language_understood", "help_at_hand"):
        fill(page, {f"a-{name}": "yes"})
    for name in ("danger_now", "controlling_companion"):
        fill(page, {f"a-{name}": "no"})
    submit(page)
    assert "part=consent" in page.url
    assert page.locator("main fieldset.four-way").count() == 7
    officer.look("screening-safety-consent")
    submit(page)
    # Nothing was answered: nobody goes on without the agreement.
    assert "part=consent#verdict" in page.url
    names = [f.get_attribute("name") for f in page.locator("main fieldset.four-way input[value=yes]").all()]
    fill(page, {name: "yes" for name in names})
    submit(page)
    assert page.url == address


def test_every_sheet_is_one_sheet(person):
    """Each instrument's sheet fits on one page of A4 and of Letter, in both languages."""
    officer = person()
    page = officer.page
    sign_in(officer, "rosa")
    page.goto("/screenings")
    sheets = page.eval_on_selector_all(
        "main a", "(links) => links.map((a) => a.getAttribute('href')).filter((a) => a.includes('/sheet/'))")
    assert len(sheets) == 10, sheets
    longer = []
    for language in ["es", "en"]:
        page.goto(f"/language/{language}?to=/screenings")
        for sheet in sheets:
            page.goto(sheet)
            for paper in ["A4", "Letter"]:
                pages = len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(format=paper)))
                if pages != 1:
                    longer.append((sheet, language, paper, pages))
    assert not longer, longer
