"""From a press note to a journalist who cites it: written, looked at, published, translated and corrected with the keyboard
alone, in both languages; then what the public finds of it."""

import xml.etree.ElementTree as ElementTree

import pytest

from test_path import sign_in
from test_publish import enter, to, write

ATOM = "{http://www.w3.org/2005/Atom}"
SEND = "form.form button.button:not(.second)"
WORDS = {
    "es": {
        "title": "Curso en Otavalo (prueba)", "summary": "Doce personas terminaron el curso.",
        "right": "Trece personas terminaron el curso.", "note": "Decía doce; fueron trece.", "correction": "Corrección",
        "contact": "Contacto para la prensa", "preview": "Vista previa", "behind": "La traducción dice la versión 1",
        "elsewhere": "Esta página no está en este idioma", "public": "Público", "corrected": "corregida",
    },
    "en": {
        "title": "Course in Otavalo (test)", "summary": "Twelve people finished the course.",
        "right": "Thirteen people finished the course.", "note": "It said twelve; they were thirteen.",
        "correction": "Correction", "contact": "Press contact", "preview": "Preview",
        "behind": "The translation says version 1", "elsewhere": "This page is not in this language", "public": "Public",
        "corrected": "corrected",
    },
}


def entries(page, language):
    """The feed's entries by the last part of their address, after it was read as what it is."""
    answer = page.request.get(f"/{language}/news.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.body())
    assert feed.tag == ATOM + "feed" and feed.find(ATOM + "id") is not None and feed.find(ATOM + "updated") is not None
    return {entry.find(ATOM + "link").get("href").split("/")[-1]: entry for entry in feed.findall(ATOM + "entry")}


def fresh(reader, address):
    """As somebody reads it who was not there a minute ago: browsers keep a page that long."""
    reader.goto(address)
    reader.reload()


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_press_note_is_written_found_and_corrected(person, server, language):
    other = "en" if language == "es" else "es"
    words, slug = WORDS[language], f"curso-otavalo-{language}"
    writer, journalist = person(language=language), person(language=language)
    sign_in(writer, "lucia")
    page = writer.page
    page.goto("/site")
    writer.look("site-list")

    # Written and looked at.
    enter(page, "a[href='/site/new?kind=press_note']")
    write(page, "#f-title", words["title"])
    write(page, "#f-summary", words["summary"])
    write(page, "#f-body", f"{words['summary']}\n\n## Otavalo\n\n- *uno*\n<script>alert(1)</script>")
    write(page, "#f-office", "Oficina ficticia")
    write(page, "#f-mail", "prensa@comite.example")
    write(page, "#f-slug", slug)
    enter(page, "button[name=preview]")
    preview = page.locator("section.preview")
    assert words["preview"] in preview.inner_text() and preview.locator("em").inner_text() == "uno"
    assert preview.locator("script").count() == 0 and "<script>alert(1)</script>" in preview.inner_text()
    assert page.locator("#f-title").input_value() == words["title"]
    writer.look("site-preview")
    enter(page, SEND)
    text = page.url

    # Nobody finds it before it is published.
    assert journalist.page.goto(f"/{language}/news/{slug}").status == 404
    enter(page, f"a[href$='/publish/{language}']")
    writer.look("site-publish")
    enter(page, SEND)
    assert words["public"] in page.locator(f"#language-{language}").inner_text()
    writer.look("site-text")

    # A journalist finds it by the news, with whom to ask, and by the feed.
    reader = journalist.page
    reader.goto(f"/{language}/news")
    journalist.look("site-public-news")
    enter(reader, f"a[href='/{language}/news/{slug}']")
    assert reader.locator("h1").inner_text() == words["title"] and words["contact"] in reader.content()
    assert reader.locator("a[href='mailto:prensa@comite.example']").count() == 1
    journalist.look("site-public-note")
    before = entries(reader, language)[slug]
    # In the other language there is a plain link to it.
    reader.goto(f"/{other}/news/{slug}")
    assert WORDS[other]["elsewhere"] in reader.content()
    assert reader.locator(f"main a[href='/{language}/news/{slug}']").count() == 1

    # Translated beside the original.
    enter(page, f"a[href$='/write/{other}']")
    assert words["summary"] in page.locator(".writing-original").inner_text()
    writer.look("site-translate")
    write(page, "#f-title", WORDS[other]["title"])
    write(page, "#f-summary", WORDS[other]["summary"])
    write(page, "#f-body", WORDS[other]["summary"])
    enter(page, SEND)
    enter(page, f"a[href$='/publish/{other}']")
    enter(page, SEND)
    fresh(reader, f"/{other}/news/{slug}")
    assert reader.locator("h1").inner_text() == WORDS[other]["title"]

    # Corrected with a note that everybody sees.
    enter(page, f"a[href$='/write/{language}']")
    write(page, "#f-summary", words["right"])
    enter(page, SEND)
    assert words["behind"] in page.content()
    enter(page, f"a[href$='/compare/{language}']")
    assert words["summary"] in page.locator("del").first.inner_text()
    writer.look("site-compare")
    page.goto(text)
    enter(page, f"a[href$='/publish/{language}']")
    to(page, "#f-kind")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    write(page, "#f-note", words["note"])
    enter(page, SEND)
    fresh(reader, f"/{language}/news/{slug}")
    aside = reader.locator("section.notice").inner_text()
    assert words["correction"] in aside and words["note"] in aside
    journalist.look("site-public-corrected")
    after = entries(reader, language)[slug]
    assert after.find(ATOM + "id").text == before.find(ATOM + "id").text
    assert after.find(ATOM + "updated").text > before.find(ATOM + "updated").text
    assert words["note"] in after.find(ATOM + "content").text
    fresh(reader, f"/{language}/news")
    assert words["corrected"] in reader.locator("main").inner_text()


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("script", [True, False])
def test_the_public_reads_on_an_old_phone(person, server, language, script):
    somebody = person(language=language, script=script)
    page = somebody.page
    page.goto(f"/{language}/guide")
    somebody.look("site-public-guide")
    addresses = page.locator("main .guide-list a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert len(addresses) >= 5
    for address in addresses:
        assert page.goto(address).status == 200
        assert page.locator("h1").count() == 1 and len(page.content().encode()) < 50_000
        somebody.look("site-public" + address.replace("/", "-"))
    # What waits for its day is nowhere; what was made up says so.
    assert page.goto("/es/news/calendario-de-cursos").status == 404
    page.goto("/es/news/taller-frontera-norte")
    assert "62" in page.locator("section.notice").inner_text()


def test_an_editor_without_scripts(person, server):
    editor = person(script=False)
    sign_in(editor, "carlos")
    page = editor.page
    page.goto("/site")
    page.locator("a[href='/site/new?kind=page']").click()
    page.locator("#f-title").fill("Sin scripts")
    page.locator("#f-summary").fill("Una página de prueba.")
    page.locator("#f-body").fill("Texto *de prueba*.")
    page.locator("button[name=preview]").click()
    assert page.locator("section.preview em").inner_text() == "de prueba"
    page.locator(SEND).click()
    page.locator("a[href$='/publish/es']").click()
    # A moment to come, and then it is taken back.
    page.locator("#f-opens").fill("2099-01-01T08:00")
    page.locator(SEND).click()
    assert page.request.get("/es/sin-scripts").status == 404
    page.locator("a[href$='/cancel/es']").click()
    page.locator(SEND).click()
    assert page.locator("a[href$='/publish/es']").count() == 1
