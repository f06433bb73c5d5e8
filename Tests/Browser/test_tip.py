"""A person in need tells an agency something on an old telephone, without scripts, and comes back with the code; the desk
reads, asks and answers. In both languages, and once with scripts, where barriers can be measured."""

import re

import pytest

from test_path import fill, sign_in, submit

WORDS = {
    "es": {
        "call": "Llame al 911", "first": "Es lo único que hace falta", "who": "Su mensaje lo leerá Casa Canario",
        "here": "Su mensaje llegó", "asks": "le pregunta algo", "answered": "le respondió", "added": "Se añadió",
        "wrong": "No hay ningún mensaje", "gone": "Su mensaje se retiró", "contact": "se borraron", "unread": "Sin leer",
    },
    "en": {
        "call": "Call 911", "first": "It is all that is needed", "who": "Casa Canario will read your message",
        "here": "Your message has arrived", "asks": "asks you something", "answered": "has answered you",
        "added": "was added", "wrong": "There is no message", "gone": "Your message was taken back",
        "contact": "has been erased", "unread": "Unread",
    },
}


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("script", [False, True])
def test_somebody_tells_and_comes_back(person, server, language, script):
    words = WORDS[language]
    told = f"Duermen en el taller y no salen {language} {script}"
    phone = person(language=language, script=script)
    page = phone.page
    page.goto(f"/{language}")
    page.locator("main a[href^='/tip']").first.click()
    page.wait_for_load_state()
    assert page.locator("html").get_attribute("lang") == language
    # Whom to call comes before anything is asked, and the way out is in reach.
    call = page.get_by_role("link", name=words["call"])
    assert call.get_attribute("href") == "tel:911"
    assert call.bounding_box()["y"] < page.locator("main form").bounding_box()["y"]
    assert page.locator("[data-quick-exit]").is_visible()
    assert page.locator("input[type=file]").count() == 0
    # What is laid out for programs is in nobody's way.
    trap = page.locator("input[name=website]")
    assert trap.get_attribute("tabindex") == "-1" and trap.get_attribute("autocomplete") == "off"
    phone.look("tip")

    # A thumb that slips: what was typed stays.
    page.wait_for_timeout(2200)
    fill(page, {"place": "Cerca del mercado"})
    submit(page)
    assert words["first"] in page.locator("main").inner_text()
    assert page.input_value("input[name=place]") == "Cerca del mercado"
    phone.look("tip-refused")
    fill(page, {"what": told, "danger": "no", "about": "me", "province": "EC-P", "way": "099 555 0100",
                "safe_times": "Domingos a las diez", "children": "no"})
    submit(page)
    # Who will read it is seen before it goes.
    assert words["who"] in page.locator("main").inner_text()
    assert page.input_value("textarea[name=what]") == told
    submit(page)
    assert words["here"] in page.locator("main").inner_text()
    code = page.locator(".receipt .code").inner_text().strip()
    assert re.fullmatch(r"[0-9a-z]{5}(-[0-9a-z]{1,5}){5}", code)
    assert told not in page.content() and "099 555" not in page.content()
    phone.look("tip-arrived")
    # Nothing stays on the phone.
    assert phone.context.cookies() == []

    desk = person(language=language)
    sign_in(desk, "diana")
    work = desk.page
    work.goto("/tips")
    desk.look("tips")
    assert told not in work.content()
    address = None
    for row in work.locator(".work-list .work-row").all():
        link = row.locator("a.work-title").get_attribute("href")
        if words["unread"] not in row.inner_text():
            continue
        other = desk.context.new_page()
        other.goto(link)
        found = told in other.locator("main").inner_text()
        other.close()
        if found:
            address = link
            break
    assert address
    work.goto(address)
    assert "099 555 0100" in work.locator("main").inner_text()
    desk.look("tip-reading")
    fill(work, {"words": "¿Podría hablar el domingo?", "kind": "question"})
    submit(work, "/answer")
    assert "¿Podría hablar el domingo?" in work.locator("#messages").inner_text()

    page.goto(f"/tip/answer?in={language}")
    page.fill("input[name=code]", "k3wq-1111")
    submit(page)
    assert words["wrong"] in page.locator("main").inner_text()
    phone.look("tip-answer-door")
    page.fill("input[name=code]", " " + code.upper().replace("-", " "))
    submit(page)
    assert words["asks"] in page.locator("main").inner_text()
    assert "¿Podría hablar el domingo?" in page.locator("#messages").inner_text()
    assert code not in page.url and "look" not in page.url
    phone.look("tip-answer")
    page.fill("textarea[name=words]", "El domingo a las diez")
    submit(page, "/add")
    assert words["added"] in page.locator("main").inner_text()
    submit(page, "/contact")
    assert words["contact"] in page.locator("main").inner_text()
    assert "099 555" not in page.content()

    work.goto(address)
    assert "El domingo a las diez" in work.locator("#messages").inner_text()
    assert "099 555" not in work.content()
    fill(work, {"words": "Le esperamos"})
    submit(work, "/answer")

    page.goto(f"/tip/answer?in={language}")
    page.fill("input[name=code]", code)
    submit(page)
    assert words["answered"] in page.locator("main").inner_text()
    assert "Le esperamos" in page.locator("#messages").inner_text()
    page.locator("#withdraw summary").click()
    page.locator("#withdraw label").click()
    submit(page, "/withdraw")
    assert words["gone"] in page.locator("main").inner_text()
    page.fill("input[name=code]", code)
    submit(page)
    assert words["wrong"] in page.locator("main").inner_text()
    assert phone.context.cookies() == []
    work.goto(address)
    assert told not in work.content() and "domingo" not in work.content()
    desk.look("tip-withdrawn")


def test_a_supervisor_says_who_receives(person, server):
    boss = person()
    sign_in(boss, "mario")
    page = boss.page
    page.goto("/tips/receivers")
    boss.look("tip-receivers")
    page.locator(".work-list a.work-title").first.click()
    page.wait_for_load_state()
    boss.look("tip-receiver")
    before = page.input_value("input[name=answer_days]")
    fill(page, {"answer_days": "0"})
    submit(page)
    assert page.locator("#f-answer-days-error").is_visible()
    fill(page, {"answer_days": before})
    submit(page)
    assert page.url.endswith("/tips/receivers")
