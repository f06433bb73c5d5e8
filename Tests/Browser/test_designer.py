"""A group designs a referral mechanism on the screen: from a skeleton, thing by thing, with what is missing beside each, taken
back, two people at once, tried out and compared; both languages, both widths, and without scripts."""

import pytest

from test_path import fill, sign_in, submit

WORDS = {
    "es": {
        "gaps": "Vacíos: ", "sound": "Vacíos: 0", "missing": "Falta este dato", "late": "Otra persona cambió",
        "meanwhile": "Mientras tanto cambió", "alone": "no tiene mesa", "gone": "Esto ya no está",
    },
    "en": {
        "gaps": "Gaps: ", "sound": "Gaps: 0", "missing": "This is missing", "late": "Somebody changed this mechanism",
        "meanwhile": "Meanwhile this changed", "alone": "has no desk", "gone": "no longer there",
    },
}


def begun(someone, name, start="skeleton"):
    """A draft for practice in Sucumbíos; its address."""
    page = someone.page
    page.goto("/mechanisms")
    page.locator("main a[href='/mechanisms/design']").click()
    fill(page, {
        "name_es": name, "name_en": f"{name} (en)", "from": start, "provinces": ["EC-U"], "purpose": "exercise"})
    submit(page)
    page.wait_for_url("**/design")
    return page.url


def form(page, address, fields):
    """One short form, filled and sent; it leads away from itself."""
    page.goto(address)
    fill(page, fields)
    submit(page)
    assert page.url.split("#")[0] != address, page.locator("main").inner_text()


def typed(language, name, text):
    """A text in the reader's own language: the other stays empty."""
    return {f"{name}_{language}": text}


def only(page, name, value):
    """Of the boxes of a field, the one alone."""
    # All of them: those that are ticked are fewer with each click.
    for box in page.locator(f"input[name='{name}']").all():
        if box.is_checked() and box.get_attribute("value") != value:
            page.locator(f"label[for='{box.get_attribute('id')}']").click()
    fill(page, {name: [value]})


def desks_and_service(page, base, language):
    """Two desks that answer, one that stands in, and shelter by one of them."""
    for name in ("turno", "refugio", "apoyo"):
        page.goto(base + "/add/desks")
        fill(page, {**typed(language, "name", name), "kind": "ngo"})
        submit(page)
        assert page.url.endswith(f"/desks/{name}/hours")
    form(page, base + "/desks/turno/hours", {"alternate": "apoyo"})
    form(page, base + "/desks/refugio/hours", {
        "hours": "weekly", "days_0": ["0", "1", "2", "3", "4"], "from_0": "08:00", "until_0": "17:00",
        "out_of_hours": "turno", "alternate": "apoyo"})
    page.goto(base + "/add/services")
    fill(page, {
        **typed(language, "name", "alojamiento"), "desk": "refugio", "service": "shelter", "needs": ["housing"]})
    submit(page)
    assert page.url.endswith("/services/alojamiento/whom")
    fill(page, {"places": "6", "stay": "30", "stay_unit": "days"})
    submit(page)


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_group_designs(person, language):
    words = WORDS[language]
    group = person(language=language)
    sign_in(group, "carlos")
    page = group.page
    page.goto("/mechanisms/design")
    group.look("design-begin")
    submit(page)
    assert words["missing"] in page.locator("main").inner_text()
    group.look("design-begin-wrong")
    base = begun(group, f"Grupo {language} uno (ficticio)")
    main = page.locator("main")

    # What is missing stands beside the step, and its link leads to where it is mended.
    row = page.locator("#step-llegada")
    assert words["alone"] in row.inner_text() and words["gaps"] in main.inner_text()
    group.look("design-skeleton")
    row.locator(".findings a[href$='/add/desks']").first.click()
    page.wait_for_url("**/add/desks")
    group.look("design-desk-new")

    page.goto(base + "/promise")
    group.look("design-promise")
    only(page, "needs", "housing")
    submit(page)
    desks_and_service(page, base, language)
    page.goto(base)
    row.locator(".findings a[href$='/steps/llegada/what']").first.click()
    page.wait_for_url("**/steps/llegada/what")
    group.look("design-step-what")
    page.goto(base + "/desks/refugio/hours")
    group.look("design-desk-hours")
    page.goto(base + "/services/alojamiento/whom")
    group.look("design-service-whom")

    # The skeleton's steps, one after the other.
    for step in ("llegada", "entrevista", "seguimiento", "cierre"):
        form(page, f"{base}/steps/{step}/what", {"desks": ["turno"]})
    form(page, base + "/steps/servicio/what", {"services": ["alojamiento"]})
    for step in ("llegada", "entrevista", "servicio", "seguimiento", "cierre"):
        form(page, f"{base}/steps/{step}/time", {"within": "limit", "limit": "24", "limit_unit": "hours"})
        form(page, f"{base}/steps/{step}/handover", {
            **typed(language, "handover", "con la hoja"), **typed(language, "feedback", "por llamada")})
    page.goto(base + "/steps/entrevista")
    group.look("design-step")
    assert page.locator(".findings").count() == 0
    page.goto(base)
    assert words["sound"] in main.inner_text() and page.locator(".findings").count() == 0
    group.look("design-sound")

    # Moved, removed, and taken back.
    names = page.locator("#step-seguimiento, #step-cierre")
    page.locator("#step-cierre button[value=up]").click()
    page.wait_for_load_state()
    assert names.first.get_attribute("id") == "step-cierre"
    page.locator("#step-servicio button[value=remove]").click()
    page.wait_for_load_state()
    assert page.locator("#step-servicio").count() == 0 and words["sound"] not in main.inner_text()
    for _ in range(2):
        page.locator("form[action$='/undo'] button").click()
        page.wait_for_load_state()
    assert names.first.get_attribute("id") == "step-seguimiento" and words["sound"] in main.inner_text()

    # A way for some people only.
    page.goto(base + "/steps/entrevista/ways/add")
    group.look("design-way")
    fill(page, {"to": "seguimiento", "ages": ["60+"], **typed(language, "when", "si no hace falta alojar")})
    submit(page)
    assert page.locator(".design-row").count() == 2

    # Tried out, and compared with another group's.
    form(page, base + "/add/arrivals", {"per_year": "120", "urgency": "high"})
    page.goto(base)
    page.locator("main nav a[href$='/simulate']").click()
    page.wait_for_url("**/simulate")
    assert page.locator("main table").count() > 1
    begun(group, f"Grupo {language} dos (ficticio)", start="nothing")
    page.locator("main details summary").last.click()
    page.locator("main details a[href*='/compare/']").first.click()
    page.wait_for_url("**/compare/**")
    assert page.locator("main table").count() == 2
    with page.expect_download() as file:
        page.goto(base)
        page.locator("main nav a[href$='/file']").click()
    text = open(file.value.path(), encoding="utf-8").read()
    assert "start: llegada" in text and "outOfHours: turno" in text


@pytest.mark.parametrize("language", ["es", "en"])
def test_two_at_one_draft(person, language):
    words = WORDS[language]
    one, two = person(language=language), person(language=language)
    for someone in (one, two):
        sign_in(someone, "carlos")
    base = begun(one, f"Grupo {language} tres (ficticio)")
    two.page.goto(base + "/steps/llegada/what")
    form(one.page, base + "/steps/llegada/time", {"within": "urgency"})
    fill(two.page, typed(language, "text", "Lo que escribió la segunda"))
    submit(two.page)
    told = two.page.locator("main").inner_text()
    assert words["late"] in told and words["meanwhile"] in told
    assert two.page.locator(f"#f-text-{language}").input_value() == "Lo que escribió la segunda"
    two.look("design-late")
    submit(two.page)
    two.page.wait_for_url("**/steps/llegada")
    assert "Lo que escribió la segunda" in two.page.locator("main").inner_text()

    # What was being written about is removed.
    two.page.goto(base + "/steps/servicio/handover")
    one.page.goto(base)
    one.page.locator("#step-servicio button[value=remove]").click()
    one.page.wait_for_load_state()
    fill(two.page, typed(language, "handover", "cuando hay cupo"))
    submit(two.page)
    gone = two.page.locator("main").inner_text()
    assert words["gone"] in gone and "cuando hay cupo" in gone
    two.look("design-gone")


def test_without_scripts(person):
    someone = person(script=False)
    sign_in(someone, "carlos")
    page = someone.page
    base = begun(someone, "Grupo sin guiones (ficticio)", start="nothing")
    page.goto(base + "/add/steps")
    fill(page, {"name_es": "Entrevista", "text_es": "Se escucha a la persona"})
    submit(page)
    page.goto(base)
    assert page.locator("#step-entrevista").count() == 1
    page.locator("#step-entrevista button[value=start]").click()
    page.wait_for_load_state()
    page.locator("form[action$='/undo'] button").click()
    page.wait_for_load_state()
    assert page.locator("#step-llegada button[value=start]").count() == 0
