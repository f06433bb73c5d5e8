"""A ministry's own form: a supervisor brings an .xlsx file in, an officer fills it in on a phone, stops in the middle,
goes on and finishes; who may read takes the answers along."""

import io
import re
import zipfile
from xml.sax.saxutils import escape

import pytest

from conftest import NARROW
from test_path import sign_in

SUPERVISOR, OFFICER = "jorge", "marta"

SURVEY = [
    ["type", "name", "label::Español (es)", "label::English (en)", "hint::Español (es)", "hint::English (en)", "relevant",
     "constraint", "constraint_message::Español (es)", "constraint_message::English (en)", "required", "calculation",
     "choice_filter"],
    ["begin group", "about", "Sobre la persona", "About the person"],
    ["text", "who", "Nombre", "Name", "", "", "", "", "", "", "yes"],
    ["select_one province", "province", "Provincia", "Province"],
    ["select_one canton", "canton", "Cantón", "Canton", "", "", "", "", "", "", "yes", "", "province = ${province}"],
    ["integer", "age", "Edad en años", "Age in years", "Cumplidos", "Completed", "", ". <= 120", "No más de 120 años",
     "No more than 120 years", "yes"],
    ["text", "guardian", "Quién le cuida", "Who cares for them", "", "", "${age} < 18", "", "", "", "yes"],
    ["end group"],
    ["begin repeat", "child", "Hijo o hija", "Child"],
    ["text", "child_name", "Nombre del hijo o hija", "Child's name", "", "", "", "", "", "", "yes"],
    ["date", "born", "Fecha de nacimiento", "Date of birth"],
    ["end repeat"],
    ["calculate", "children", "Hijos e hijas", "Children", "", "", "", "", "", "", "", "count(${child})"],
    ["note", "bye", "Gracias, ${who}.", "Thank you, ${who}."],
    ["geopoint", "where", "Lugar", "Place"],
]
CHOICES = [
    ["list_name", "name", "label::Español (es)", "label::English (en)", "province"],
    ["province", "p", "Pichincha", "Pichincha", ""], ["province", "g", "Guayas", "Guayas", ""],
    ["canton", "quito", "Quito", "Quito", "p"], ["canton", "duran", "Durán", "Durán", "g"],
]


def letters(column):
    return chr(65 + column) if column < 26 else letters(column // 26 - 1) + chr(65 + column % 26)


def spreadsheet(**sheets):
    """A packed .xlsx file with shared strings, as spreadsheet programs write it."""
    strings = []

    def cell(text, row, column):
        if text not in strings:
            strings.append(text)
        return f'<c r="{letters(column)}{row}" t="s"><v>{strings.index(text)}</v></c>'

    pages = [
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>' + "".join(
            f'<row r="{number}">' + "".join(cell(text, number, column) for column, text in enumerate(row) if text)
            + "</row>" for number, row in enumerate(rows, 1)) + "</sheetData></worksheet>"
        for rows in sheets.values()
    ]
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    names = list(sheets)
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{relations}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>' + "".join(
            f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(names, 1))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}">' + "".join(
            f'<Relationship Id="r{n}" Type="{relations}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n in range(1, len(names) + 1))
        + f'<Relationship Id="s" Type="{relations}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">' + "".join(
            f"<si><t>{escape(text)}</t></si>" for text in strings) + "</sst>",
    } | {f"xl/worksheets/sheet{n}.xml": page for n, page in enumerate(pages, 1)}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + text)
    return file.getvalue()


def form(title):
    settings = [["form_title", "form_id", "version", "default_language"], [title, title, "7", "Español (es)"]]
    return spreadsheet(survey=SURVEY, choices=CHOICES, settings=settings)


def field(page, label):
    return page.get_by_label(re.compile("^" + re.escape(label))).first


def then(page, value):
    page.locator(f"main button[form=filling][value={value}]").first.click()
    page.wait_for_load_state()


WORDS = {
    "es": {"begin": "Llenar", "adopt": "Poner en uso", "gap": "geopoint", "read": "Leer el archivo",
           "stops": "Las opciones dependen de otra respuesta", "more": "hay algo más en esta página",
           "old": "No más de 120 años", "resume": "Seguir", "done": "Terminado", "who": "Nombre", "age": "Edad en años",
           "guardian": "Quién le cuida", "child": "Nombre del hijo o hija", "thanks": "Gracias, Ñusta Canelazo."},
    "en": {"begin": "Fill in", "adopt": "Take into use", "gap": "geopoint", "read": "Read the file",
           "stops": "The choices depend on another answer", "more": "there is more on this page",
           "old": "No more than 120 years", "resume": "Go on", "done": "Finished", "who": "Name", "age": "Age in years",
           "guardian": "Who cares for them", "child": "Child's name", "thanks": "Thank you, Ñusta Canelazo."},
}


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("script", [True, False])
def test_a_ministrys_own_form(person, language, script):
    words, title = WORDS[language], f"Ficha {language} {script}"
    manager = person(language=language, script=script)
    sign_in(manager, SUPERVISOR)
    page = manager.page
    page.goto("/forms/new")
    manager.look("forms-new")
    # What is no form is named with its place, and the page is there to choose another file.
    broken = [row[:] for row in SURVEY]
    broken[6][6] = "${nobody} < 18"
    page.set_input_files("input[name=file]", {
        "name": "f.xlsx", "mimeType": "application/octet-stream", "buffer": spreadsheet(survey=broken, choices=CHOICES)})
    page.get_by_role("button", name=words["read"]).click()
    assert re.search(r"(hoja|sheet) survey, (fila|row) 7", page.locator(".error").inner_text())
    manager.look("forms-refused")
    page.set_input_files("input[name=file]", {
        "name": "f.xlsx", "mimeType": "application/octet-stream", "buffer": form(title)})
    page.get_by_role("button", name=words["read"]).click()
    page.wait_for_url("**/forms/versions/*")
    assert words["gap"] in page.locator("main").inner_text()
    manager.look("forms-version")
    version = page.url
    page.get_by_role("button", name=words["adopt"]).click()
    page.wait_for_load_state()

    officer = person(language=language, script=script)
    sign_in(officer, OFFICER)
    page = officer.page
    page.goto("/screenings")
    page.locator("main a[href='/forms']").click()
    officer.look("forms-list")
    page.locator("li.work-row", has_text=title).get_by_role("button", name=re.compile(words["begin"])).click()
    page.wait_for_url("**/pages/1")
    filling = page.url.split("/pages/")[0]
    assert words["stops"] in page.locator("main").inner_text()
    officer.look("forms-page")
    field(page, words["who"]).fill("Ñusta Canelazo")
    page.get_by_label("Pichincha").check()
    field(page, words["age"]).fill("130")
    then(page, "next")
    assert words["old"] in page.locator("main").inner_text()
    officer.look("forms-wrong")
    page.get_by_label("Quito").check()
    assert not page.get_by_label("Durán").count()
    field(page, words["age"]).fill("16")
    then(page, "next")
    assert words["more"] in page.locator("main").inner_text()
    officer.look("forms-more")
    field(page, words["guardian"]).fill("=1+1")
    then(page, "next")
    field(page, "¿Cuántas" if language == "es" else "How many").fill("1")
    # Stopping in the middle, and going on from the first page.
    then(page, "pause")
    assert page.url == filling
    officer.look("forms-paused")
    page.goto("/")
    page.locator("main li.work-row", has_text=title).get_by_role("link", name=words["resume"]).click()
    page.locator("main .heading").get_by_role("link", name=words["resume"]).click()
    page.wait_for_url("**/pages/3-1")
    field(page, words["child"]).fill("Inti")
    page.locator("input[type=date]").fill("2020-02-29")
    then(page, "back")
    then(page, "next")
    assert field(page, words["child"]).input_value() == "Inti"
    then(page, "add")
    page.wait_for_url("**/pages/3-2")
    officer.look("forms-repeat")
    field(page, words["child"]).fill("Killa")
    then(page, "next")
    assert words["thanks"] in page.locator("main").inner_text()
    then(page, "finish")
    assert page.url == filling
    text = page.locator("main").inner_text()
    for expected in [words["done"], "Quito", "Killa", "29 feb 2020"]:
        assert expected.lower() in text.lower(), expected
    officer.look("forms-done")
    # Nothing that was said stands in an address.
    assert "Canelazo" not in filling and re.fullmatch(r".*/forms/fillings/[0-9a-z]{26}", filling)

    page = manager.page
    page.goto("/forms")
    page.locator("a.work-title", has_text=title).first.click()
    manager.look("forms-form")
    with page.expect_download() as download:
        page.locator("main a[href$='answers.csv']").click()
    lines = open(download.value.path(), encoding="utf-8-sig", newline="").read().split("\r\n")
    assert "child_name~1" in lines[0] and "child_name~2" in lines[0] and "children" in lines[0]
    assert "'=1+1" in lines[1] and "Killa" in lines[1] and "Ñusta Canelazo" in lines[1]
    page.goto(version)
    page.set_viewport_size(NARROW)
