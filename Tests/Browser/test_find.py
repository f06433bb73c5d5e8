"""Finding a person as their name is said, telling two people apart, relating cases, joining two records and parting them
again: in both languages, and in a browser without JavaScript."""

import pytest
from test_path import fill, sign_in, submit

SAID = {"es": ["Por apodo", "Suena parecido", "Una letra es distinta", "Apellidos en otro orden"],
        "en": ["By a nickname", "Sounds alike", "One letter differs", "Surnames in another order"]}
WORDS = {"es": {"same": "La misma persona", "undo": "Deshacer", "keep": "Mis listas"},
         "en": {"same": "The same person", "undo": "Undo", "keep": "My lists"}}


def open_case(page, given, surnames, known=False):
    page.goto("/cases/new")
    fill(page, {"given_names": given, "surnames": surnames})
    submit(page)
    if page.locator("button[name=known]").count():
        page.locator("button[name=known]").first.click() if known else page.locator("main form button:not(.second)").last.click()
        page.wait_for_load_state()
    assert page.locator("input[name=known]").count() == (1 if known else 0)
    fill(page, {"kind": "trafficking", "province": "EC-O"} if known
         else {"birth": "1980", "kind": "trafficking", "province": "EC-P", "form": "begging"})
    submit(page)
    return page.url


@pytest.mark.parametrize("language, script", [("es", True), ("en", True), ("es", False)])
def test_people_are_found_told_apart_and_joined(person, language, script):
    # A word of its own for each run: the demonstration's other people don't get in the way.
    own = f"Yanua{'rst'[['es', 'en'].index(language) + (0 if script else 2)] * 2}a"
    worker = person(language=language, script=script)
    sign_in(worker, "rosa")
    page = worker.page
    first = open_case(page, f"Guadalupe {own}", "Quishpe Zambrano")
    typed = [f"Lupe {own}", f"{own} kispe", f"{own} Quisphe", f"{own} Zambrano Quishpe"]
    for name, reason in zip(typed, SAID[language]):
        page.goto("/cases")
        page.fill("#find-name", name)
        page.press("#find-name", "Enter")
        page.wait_for_load_state()
        assert reason in page.locator("section.person", has_text=own).first.inner_text(), name
    worker.look("find-search")
    page.goto("/cases/new")
    fill(page, {"given_names": f"Lupita {own}", "surnames": "Kispe"})
    submit(page)
    assert "Kispe" in page.locator(".compare .typed").inner_text()
    worker.look("find-same-person")
    second = open_case(page, f"Guadalupe {own}", "Quishpe Zambrano", known=True)
    assert WORDS[language]["same"] in page.locator("#links").inner_text()
    third = open_case(page, f"Lupita {own}", "Kispe")
    code = page.locator(".eyebrow").inner_text().split()[-1]
    page.goto(second + "/links")
    fill(page, {"code": code, "kind": "sibling"})
    submit(page, "/links")
    assert page.locator(".work-row", has_text=code).count() == 1
    worker.look("find-links")
    page.goto("/cases?show=open&province=EC-O")
    assert page.locator("details.narrow").get_attribute("open") is not None
    page.fill("#f-name", f"El Oro {own}")
    submit(page, "/cases/lists")
    assert f"El Oro {own}" in page.locator(".saved-lists").inner_text()
    worker.look("find-list")

    supervisor = person(language=language, script=script)
    sign_in(supervisor, "elena")
    page = supervisor.page
    page.goto(first)
    page.locator("#links a[href$='/merge']").click()
    page.wait_for_load_state()
    supervisor.look("find-doubles")
    page.locator(f"a[href$='/merge/{third.rsplit('/', 1)[-1]}']").click()
    page.wait_for_load_state()
    supervisor.look("find-join")
    fill(page, {"surnames": "kept", "given_names": "gone"})
    submit(page)
    assert page.url.endswith("/merge")
    page.goto(third)
    assert page.locator("h1").inner_text() == f"Lupita {own} Quishpe Zambrano"
    page.goto(first + "/merge")
    page.get_by_role("button", name=WORDS[language]["undo"]).first.click()
    page.wait_for_load_state()
    for address, name in [(first, f"Guadalupe {own} Quishpe Zambrano"), (third, f"Lupita {own} Kispe")]:
        page.goto(address)
        assert page.locator("h1").inner_text() == name
