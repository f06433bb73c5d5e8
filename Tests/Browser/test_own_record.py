"""A case worker adds a photograph, gives the person a paper, and takes the case out; the person looks with code and word
on a telephone, withdraws a consent and asks for a correction, which comes back as a task."""

import re
import struct
import zlib

import pytest

from test_path import fill, sign_in, submit

WORKER = "rosa"

WORDS = {
    "es": {"files": "Fotografías y documentos", "add": "Añadir", "paper": "Papel para la persona", "make": "Hacer el papel",
           "again": "Hacer un papel nuevo", "see": "Ver", "wrong": "no coinciden", "ask": "Corregir algo que está mal",
           "send": "Enviar", "leave": "Terminar y salir", "task": "Pedido de la persona",
           "out": "Sacar el caso", "take": "Sacar", "unknown": "no se acepta"},
    "en": {"files": "Photographs and documents", "add": "Add", "paper": "Paper for the person", "make": "Make the paper",
           "again": "Make a new paper", "see": "See", "wrong": "don't match", "ask": "Correct something that is wrong",
           "send": "Send", "leave": "Finish and leave", "task": "The person's request",
           "out": "Take the case out", "take": "Take out", "unknown": "is not taken"},
}


def png(secret):
    """A picture of 40 by 30 dots that carries a text unseen."""
    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    rows = b"".join(b"\0" + bytes([40, 120, 90]) * 40 for _ in range(30))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 40, 30, 8, 2, 0, 0, 0))
            + chunk(b"tEXt", b"Author\0" + secret) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def test_a_person_who_reads_french_is_led_to_french(person):
    worker = person()
    sign_in(worker, WORKER)
    page = worker.page
    page.goto("/cases?show=open")
    page.goto(page.locator(".work-list a").first.get_attribute("href") + "/receipt")
    page.fill("input[name=word]", "Cóndor")
    page.locator("label", has_text="Français").click()
    page.get_by_role("button", name=re.compile("Hacer (el|un) papel")).click()
    page.wait_for_load_state()
    assert page.locator("article.receipt").get_attribute("lang") == "fr"
    assert page.locator(".receipt-address").inner_text().endswith("/mine?in=fr")
    code = page.locator(".receipt .code").inner_text().strip()
    worker.look("receipt-made-fr")

    phone = person()
    mine = phone.page
    mine.goto("/mine?in=fr#" + code)
    assert mine.input_value("input[name=code]") == code and "#" not in mine.url
    mine.fill("input[name=word]", "condor")
    phone.look("mine-door-fr")
    mine.get_by_role("button", name="Voir", exact=True).click()
    mine.wait_for_load_state()
    assert mine.locator("html").get_attribute("lang") == "fr"
    assert mine.get_by_role("heading", name="Ce qui est gardé sur vous").count() == 1
    phone.look("mine-fr")
    mine.get_by_role("button", name="Terminer et sortir").click()
    mine.wait_for_load_state()
    assert mine.locator("html").get_attribute("lang") == "fr"
    mine.goto("/sign-in")
    assert mine.locator("html").get_attribute("lang") == "es"


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("script", [True, False])
def test_files_and_the_persons_own_view(person, server, language, script):
    words = WORDS[language]
    worker = person(language=language, script=script)
    sign_in(worker, WORKER)
    page = worker.page
    page.goto("/cases?show=open")
    page.goto(page.locator(".work-list a").first.get_attribute("href"))
    case = page.url

    page.get_by_role("link", name=words["files"]).first.click()
    page.wait_for_url("**/attachments")
    worker.look("attachments")

    def send(name, content, title):
        page.set_input_files("input[name=file]", {"name": name, "mimeType": "image/png", "buffer": content})
        page.select_option("select[name=kind]", "legal")
        page.fill("input[name=title]", title)
        page.get_by_role("button", name=words["add"], exact=True).click()
        page.wait_for_load_state()

    send("x.png", b"MZ\x90\0\3", "Canario")
    assert words["unknown"] in page.locator("#f-file-error").inner_text()
    assert page.input_value("input[name=title]") == "Canario"
    worker.look("attachments-refused")
    # The server says so before the browser has sent it all.
    send("x.png", b"\x89PNG" + b"a" * (12 * 1024 * 1024), "Canario")
    assert "10 MB" in page.locator("main").inner_text()
    page.goto(case + "/attachments")
    send("Casa Secreta.png", png(b"Casa Secreta"), f"Canario {script}")
    page.get_by_role("link", name=f"Canario {script}").first.click()
    page.wait_for_load_state()
    if script:
        assert page.evaluate("document.querySelector('.attachment img').naturalWidth") == 40
    worker.look("attachment")
    content = worker.context.request.get(page.url + "/content")
    assert content.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert content.headers["x-content-type-options"] == "nosniff" and b"Secreta" not in content.body()

    page.goto(case)
    page.get_by_role("link", name=words["paper"]).click()
    page.wait_for_load_state()
    worker.look("receipt")
    page.fill("input[name=word]", "Cóndor")
    page.get_by_role("button", name=re.compile(words["make"] + "|" + words["again"])).click()
    page.wait_for_load_state()
    code = page.locator(".receipt .code").inner_text().strip()
    assert re.fullmatch(r"[0-9a-z]{5}(-[0-9a-z]{1,5}){5}", code)
    worker.look("receipt-made")

    phone = person(language=language, script=script)
    mine = phone.page
    mine.goto("/mine#" + code)
    if script:
        # The code is in the form, and in the address no more.
        assert mine.input_value("input[name=code]") == code and "#" not in mine.url
    else:
        mine.fill("input[name=code]", code)
    phone.look("mine-door")
    mine.fill("input[name=word]", "llama")
    mine.get_by_role("button", name=words["see"], exact=True).click()
    mine.wait_for_load_state()
    assert words["wrong"] in mine.locator("main").inner_text()
    mine.fill("input[name=code]", code.upper())
    mine.fill("input[name=word]", "condor")
    mine.get_by_role("button", name=words["see"], exact=True).click()
    mine.wait_for_load_state()
    assert mine.locator("#held li").count() > 0
    phone.look("mine")
    withdraw = mine.locator("#shares a.button")
    if withdraw.count():
        before = withdraw.count()
        withdraw.first.click()
        mine.wait_for_load_state()
        phone.look("mine-withdraw")
        mine.locator("main form button").click()
        mine.wait_for_load_state()
        assert mine.locator("#shares a.button").count() == before - 1
    mine.get_by_role("link", name=words["ask"]).click()
    mine.wait_for_load_state()
    phone.look("mine-ask")
    mine.fill("textarea[name=words]", "Mi fecha de nacimiento")
    mine.get_by_role("button", name=words["send"]).click()
    mine.wait_for_load_state()
    assert mine.locator("#requests li").count() >= 1
    mine.goto("/mine/print")
    phone.look("mine-print")
    mine.goto("/mine")
    mine.get_by_role("button", name=words["leave"]).click()
    mine.wait_for_load_state()
    assert mine.locator("input[name=code]").count() == 1
    mine.goto("/mine/print")
    assert "/mine?over=1" in mine.url

    page.goto("/cases/due?who=all")
    # Others may have asked about the same case already: one of the tasks is what was just asked.
    tasks = page.get_by_role("link", name=re.compile(words["task"]))
    for address in [task.get_attribute("href") for task in tasks.all()]:
        page.goto(address)
        if "Mi fecha de nacimiento" in page.locator("main").inner_text():
            break
    assert "Mi fecha de nacimiento" in page.locator("main").inner_text()
    worker.look("requests")
    fill(page, {"answer": "granted"})
    submit(page)
    assert page.url.endswith("/rights")

    page.goto(case)
    page.get_by_role("link", name=words["out"]).click()
    page.wait_for_load_state()
    worker.look("export")
    page.select_option("select[name=purpose]", index=1)
    with page.expect_download() as download:
        page.get_by_role("button", name=words["take"], exact=True).click()
    assert re.fullmatch(r"amparo-[0-9A-Z]{4}-[0-9A-Z]{4}\.pdf", download.value.suggested_filename)
    for visitor in (worker, phone):
        assert not visitor.foreign and not visitor.errors
