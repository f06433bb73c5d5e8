"""From a table to a figure that can be cited, and the figures at a glance: two people, both languages, the keyboard alone.

Tab, Enter, the space bar and arrows do everything here; nothing is clicked, and what has the focus can be seen."""

import json

import pytest

from test_path import sign_in

WORDS = {
    "es": {
        "hidden": "oculto", "publish": "Publicar", "cite": "Cómo citar", "safe": "El ataque de prueba no encontró nada",
        "waits": "Espera a otra persona", "glance": "Las cifras publicadas de un vistazo", "records": "Registros hechos",
        "none": "ninguna", "report": "Informe de privacidad y utilidad",
    },
    "en": {
        "hidden": "hidden", "publish": "Publish", "cite": "How to cite", "safe": "The trial attack found nothing",
        "waits": "It waits for another person", "glance": "The published figures at a glance", "records": "Records made",
        "none": "none", "report": "Report of privacy and utility",
    },
}

# Whether the focus is drawn: an outline or a shadow with a colour of its own, or a frame of another colour than without.
IS_SEEN = """() => {
  const it = document.activeElement;
  if (!it || it === document.body) return false;
  const look = e => { const s = getComputedStyle(e); return [s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0,
    s.boxShadow !== 'none']; };
  // A radio button or a checkbox may show its focus on the label around it.
  return [it, it.closest('label')].filter(Boolean).some(e => look(e).some(Boolean));
}"""


def to(page, selector, limit=150):
    """Tab by tab to what is meant; whatever has the focus on the way can be seen."""
    for _ in range(limit):
        if page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
            assert page.evaluate(IS_SEEN), f"the focus on {selector} can't be seen"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} can't be reached with the keyboard")


def enter(page, selector):
    """Enter on a link or button that leads to another page."""
    to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def choose(page, selector, value):
    """An option of a list by arrows."""
    to(page, selector)
    options = page.locator(f"{selector} option").evaluate_all("all => all.map(o => o.value)")
    page.keyboard.press("Home")
    for _ in range(len(options)):
        if page.locator(selector).input_value() == value:
            return
        page.keyboard.press("ArrowDown")
    assert page.locator(selector).input_value() == value


def write(page, selector, text):
    to(page, selector)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def download(page, selector):
    to(page, selector)
    with page.expect_download() as file:
        page.keyboard.press("Enter")
    return open(file.value.path(), encoding="utf-8").read()


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_table_becomes_a_figure_that_can_be_cited(person, server, language):
    words, slug = WORDS[language], f"teclado-edad-2007-{language}"
    analyst, coordinator, visitor = person(language=language), person(language=language), person(language=language)
    sign_in(analyst, "andres")
    page = analyst.page

    # A table is built and protected.
    page.goto("/statistics/tables?rows=form&columns=province&year=2007&protection=inside")
    choose(page, "#find-rows", "age_band")
    choose(page, "#find-columns", "none")
    choose(page, "#find-protection", "suppress")
    enter(page, "form.table-finder button")
    assert "rows=age_band" in page.url and "protection=suppress" in page.url and "year=2007" in page.url
    shown = page.locator("main").inner_text()
    analyst.look("publish-table")
    lines = download(page, "a[href*='tables.csv']").splitlines()
    assert lines[0].startswith("age_band,") and lines[1].startswith("#x_age_band+code")
    document = json.loads(download(page, "a[href*='tables.json']"))
    assert document["protection"]["method"] == "suppress"
    assert all(cell.get("hidden") or cell["count"] == 0 or cell["count"] >= 10 for cell in document["cells"])
    if any(cell.get("hidden") for cell in document["cells"]):
        assert words["hidden"] in shown

    # A release is drafted, attacked and frozen.
    enter(page, "a[href*='/statistics/releases/new']")
    write(page, "#f-slug", slug)
    enter(page, "main form button")
    release = page.url
    to(page, "details[open] form button")
    assert page.locator("details[open] form").first.locator("input[name=move]").get_attribute("value") == "check"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    text = page.locator("main").inner_text()
    assert words["safe"] in text and words["waits"] in text
    analyst.look("publish-checked")

    # Somebody else publishes: nobody else can.
    assert page.locator("input[name=move][value=publish]").count() == 0
    sign_in(coordinator, "carlos")
    page = coordinator.page
    page.goto(release)
    to(page, "details[open] form button")
    assert words["publish"] in page.evaluate("document.activeElement.innerText")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    coordinator.look("publish-published")

    # Anybody cites and downloads; the address and what stands there stay.
    page = visitor.page
    page.goto(f"/open-data/{slug}")
    address = page.url
    assert address.endswith(f"/open-data/{slug}/v1")
    assert address.replace(server.address, "") in page.locator("[aria-labelledby=h-cite]").inner_text()
    assert words["cite"] in page.locator("main").inner_text()
    visitor.look("publish-open")
    to(page, "a[href$='/data.csv']")
    to(page, "a[href$='/data.json']")
    first = {name: page.request.get(f"{address}/{name}").text() for name in ("data.csv", "data.json")}
    assert json.loads(first["data.json"])["slug"] == slug and first["data.csv"].startswith("age_band,")
    again = {name: page.request.get(f"{address}/{name}").text() for name in ("data.csv", "data.json")}
    assert again == first


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_figures_at_a_glance(person, server, language):
    words = WORDS[language]
    coordinator, worker, visitor = person(language=language), person(language=language), person(language=language)
    sign_in(coordinator, "carlos")
    coordinator.page.goto("/statistics")
    coordinator.look("glance")
    main = coordinator.page.locator("main")
    assert main.locator("figure svg[role=img]").count() >= 6
    # Each picture stands with its table.
    for section in main.locator(".overview section").all():
        assert section.locator("table").count() == 1
    enter(coordinator.page, "a[href='/statistics/agency']")
    sign_in(worker, "rosa")
    worker.page.goto("/statistics/agency")
    worker.look("glance-agency")
    # The demonstration has a table that is public.
    page = visitor.page
    page.goto("/open-data")
    enter(page, "main a[href='/open-data/overview']")
    visitor.look("glance-open")
    assert words["glance"] in page.locator("h1").inner_text()
    enter(page, "main a[href^='/open-data/casos-2007-forma/']")
    # On paper no menu stands, and pictures keep to the sheet.
    page.goto("/open-data/overview")
    page.emulate_media(media="print")
    assert not page.locator(".menu").first.is_visible()
    assert page.locator(".overview section figure").first.is_visible()


@pytest.mark.parametrize("language", ["es", "en"])
def test_synthetic_records_are_made_judged_and_published(person, server, language):
    words, slug = WORDS[language], f"registros-2007-{language}"
    analyst, coordinator, visitor = person(language=language), person(language=language), person(language=language)
    sign_in(analyst, "andres")
    page = analyst.page
    page.goto("/statistics/records")
    analyst.look("records-new")
    write(page, "#f-from", "2007")
    write(page, "#f-until", "2007")
    to(page, "#f-method")
    assert page.locator("#f-method").is_checked()
    choose(page, "#f-length", "2")
    enter(page, "main form button")
    # The page asks again by itself until it is done.
    page.wait_for_selector("#h-report", timeout=60_000)
    analyst.look("records-made")
    text = page.locator("main").inner_text()
    assert words["records"] in text and words["report"] in text and words["none"] in text
    assert page.locator("#h-report ~ figure svg").count() == 3
    csv = download(page, "a[href$='/records.csv']")
    assert csv.splitlines()[0] == "year,form,age_band,sex"
    write(page, "#f-title-es", "Registros de 2007")
    write(page, "#f-title-en", "Records of 2007")
    write(page, "#f-slug", slug)
    enter(page, "details[open] form button")
    assert words["waits"] in page.locator("main").inner_text()
    release = page.url
    sign_in(coordinator, "carlos")
    page = coordinator.page
    page.goto(release)
    coordinator.look("records-second")
    to(page, "details[open] form button")
    assert words["publish"] in page.evaluate("document.activeElement.innerText")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page = visitor.page
    page.goto("/open-records")
    visitor.look("open-records")
    enter(page, f"main a[href='/open-records/{slug}/v1']")
    visitor.look("open-records-one")
    assert words["cite"] in page.locator("main").inner_text()
    assert page.request.get(page.url + "/records.csv").text() == csv
    ctdc = page.request.get(page.url + "/ctdc.csv").text()
    assert ctdc.startswith("yearOfRegistration,gender,ageBroad,citizenship,CountryOfExploitation")
    assert json.loads(page.request.get(page.url + "/about.json").text())["promise"]["k"] >= 10


def test_figures_for_others_stand_protected(person, server):
    analyst = person(language="es")
    sign_in(analyst, "andres")
    analyst.page.goto("/statistics/exports")
    analyst.look("exports")
    assert "ODS 16.2.2" in analyst.page.locator("main").inner_text()
    answer = analyst.page.request.get("/statistics/exports/sdg-16-2-2.csv")
    lines = [line.split(",") for line in answer.text().splitlines()]
    assert lines[0] == ["year", "by", "code", "persons", "hidden", "population", "per_100000"]
    assert all(line[4] == "yes" or int(line[3]) == 0 or int(line[3]) >= 10 for line in lines[2:])
