"""A table is built, protected, released by two people, cited and downloaded: in both languages, with the keyboard alone."""

import json

import pytest

from test_path import sign_in

WORDS = {
    "es": {"hidden": "oculto", "check": "Revisar y congelar", "publish": "Publicar", "cite": "Cómo citar"},
    "en": {"hidden": "hidden", "check": "Check and freeze", "publish": "Publish", "cite": "How to cite"},
}


def press_to(page, selector, limit=80):
    """Goes from field to field until the one that is meant has the focus, as somebody without a mouse does."""
    for _ in range(limit):
        if page.evaluate("s => document.activeElement?.matches(s) ?? false", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} can't be reached with the keyboard")


def choose(page, selector, value):
    """Chooses in a list by typing, which needs no mouse."""
    press_to(page, selector)
    label = page.locator(f"{selector} option[value='{value}']").inner_text()
    page.keyboard.type(label[:12])
    assert page.locator(selector).input_value() == value


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_table_is_built_released_and_cited(person, server, language):
    words = WORDS[language]
    analyst, coordinator, visitor = person(language=language), person(language=language), person(language=language)
    sign_in(analyst, "andres")
    page = analyst.page
    page.goto("/statistics/tables")
    analyst.look("tables")
    choose(page, "#find-rows", "age_band")
    press_to(page, "form.table-finder button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "rows=age_band" in page.url
    analyst.look("tables-age")
    page.goto("/statistics/tables?rows=form&columns=province&year=2007")
    text = page.locator("main").inner_text()
    assert words["hidden"] in text
    analyst.look("tables-two")
    with page.expect_download() as download:
        page.locator("a[href*='tables.csv']").click()
    lines = open(download.value.path(), encoding="utf-8").read().splitlines()
    assert lines[1].startswith("#x_form+code") and "#adm1+code" in lines[1]

    page.goto("/statistics/tables?rows=form&columns=province&layers=sex&year=2007")
    assert page.locator("main table").count() >= 3
    analyst.look("tables-three")
    with page.expect_download() as download:
        page.locator("a[href*='tables.png']").first.click()
    assert open(download.value.path(), "rb").read(4) == b"\x89PNG"
    page.goto("/statistics/tables?rows=origin&columns=destination")
    analyst.look("tables-routes")
    page.goto("/statistics/tables?rows=year&show=rates")
    assert "INEC" in page.locator("main").inner_text()
    analyst.look("tables-rates")

    page.goto("/statistics/releases/new?rows=sex&year=2007")
    analyst.look("release-new")
    press_to(page, "#f-slug")
    page.keyboard.press("Control+A")
    page.keyboard.type(f"sexo-2007-{language}")
    press_to(page, "main form button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    analyst.look("release-draft")
    release = page.url
    page.locator("details[open] form button", has_text=words["check"]).first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    analyst.look("release-checked")
    assert page.locator("details button", has_text=words["publish"]).count() == 0

    sign_in(coordinator, "carlos")
    page = coordinator.page
    page.goto(release)
    coordinator.look("release-second")
    page.locator("details[open] form button", has_text=words["publish"]).first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")

    page = visitor.page
    page.goto("/open-data")
    visitor.look("open-data")
    page.goto(f"/open-data/sexo-2007-{language}")
    assert page.url.endswith(f"/open-data/sexo-2007-{language}/v1")
    assert words["cite"] in page.locator("main").inner_text()
    visitor.look("open-table")
    answer = page.request.get(page.url + "/data.json")
    assert json.loads(answer.text())["slug"] == f"sexo-2007-{language}"


@pytest.mark.parametrize("language", ["es", "en"])
def test_figures_and_the_table_of_2007(person, server, language):
    one = person(language=language)
    sign_in(one, "andres")
    page = one.page
    for path in ("figures", "facts", "reproduction", "releases"):
        page.goto("/statistics/" + path)
        one.look("statistics-" + path)
    page.goto("/statistics/reproduction")
    rows = page.locator("main table tbody tr").all_inner_texts()
    agree = "Coincide" if language == "es" else "Agrees"
    assert len(rows) == 6
    assert sum(agree in row for row in rows) == 5
    assert any("27/81" in row for row in rows)


def test_the_demonstration_has_open_data_without_scripts(person, server):
    visitor = person(language="es", script=False)
    page = visitor.page
    page.goto("/open-data/casos-2007-forma")
    text = page.locator("main").inner_text()
    assert "31" in text and "oculto" in text
