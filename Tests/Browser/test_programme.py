"""A course is prepared and shown: course pages in both languages, slides by keyboard, the agenda in one click, a list
from a spreadsheet, the calendar."""

import re

import pytest

from test_path import day, fill, sign_in, submit

LIST = """nombre;cargo;institución;provincia
Rocío Inventada;Oficial;gad-frontera-norte;Imbabura
Luis Inventado;Oficial;gad-frontera-norte;{}
"""


@pytest.mark.parametrize("language", ["es", "en"])
def test_courses_and_slides(person, language):
    trainer = person(language=language)
    sign_in(trainer, "teresa")
    page = trainer.page
    page.goto("/courses")
    trainer.look("courses")
    page.goto("/courses/identify")
    trainer.look("course")
    for part in ("facilitator", "handout", "groupwork", "variants", "slides", "lessons/identify-2-safety"):
        page.goto("/courses/identify/" + part)
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("main").inner_text().strip()
        trainer.look("course-" + part.split("/")[0])
    page.goto("/courses/identify/slides/1")
    trainer.look("course-slide-1")
    for key, number in (("ArrowRight", 2), (" ", 3), ("ArrowLeft", 2), ("End", 16), ("Home", 1)):
        page.keyboard.press(key)
        page.wait_for_url(re.compile(f"/slides/{number}$"))
    page.goto("/courses/identify/slides/6")
    trainer.look("course-slide-6")
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile("/courses/identify$"))
    # Without a script the links do.
    other = person(language=language, script=False)
    sign_in(other, "teresa")
    other.page.goto("/courses/identify/slides/1")
    other.page.locator("a[rel=next]").click()
    assert other.page.url.endswith("/slides/2")


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_course_is_prepared(person, server, language):
    trainer = person(language=language)
    sign_in(trainer, "teresa")
    page = trainer.page
    page.goto("/training/new?phase=northern-border")
    fill(page, {"place": "Ibarra, sala 1", "province": "EC-I", "from": day(30), "until": day(32), "seats": "25"})
    submit(page)
    cohort = page.url
    page.goto(cohort + "/agenda")
    trainer.look("agenda-empty")
    submit(page, "/agenda")
    assert page.locator(".agenda-day").count() == 3
    trainer.look("agenda")
    page.locator(".agenda-points a").last.click()
    trainer.look("agenda-point")
    page.goto(cohort + "/trainers")
    fill(page, {"name": "Rosa Inventada", "organisation": "OIM"})
    submit(page, "/trainers")
    trainer.look("trainers")
    page.goto(cohort + "/budget")
    fill(page, {"kind": "travel", "planned": "1250,50", "spent": "1000"})
    submit(page, "/budget")
    assert "1250" in page.content()
    trainer.look("budget")
    page.goto(cohort + "/materials")
    trainer.look("materials")
    page.goto(cohort + "/plan")
    trainer.look("plan")

    page.goto(cohort + "/participants/list")
    trainer.look("list")
    page.set_input_files("[name=file]", {
        "name": "lista.csv", "mimeType": "text/csv", "buffer": LIST.format("Nowhere").encode("cp1252")})
    page.locator("main form button").click()
    page.wait_for_load_state()
    assert page.locator(".list-lines li.card").count() == 1
    trainer.look("list-wrong")
    page.fill("[name=list]", LIST.format("Carchi"))
    page.locator("main form button").click()
    page.wait_for_load_state()
    assert page.locator(".list-good li").count() == 2
    trainer.look("list-good")
    page.locator("main form button").click()
    page.wait_for_load_state()
    assert page.locator("tbody tr").count() == 2
    page.goto("/training/people")
    trainer.look("people")
    page.goto("/training/calendar")
    submit(page, "/calendar")
    trainer.look("calendar")
    link = re.search(r"/calendar/[\w-]{43}\.ics", page.content()).group(0)
    feed = page.request.get(link)
    assert feed.headers["content-type"].startswith("text/calendar")
    body = feed.body()
    assert body.endswith(b"END:VCALENDAR\r\n") and b"Inventad" not in body
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
