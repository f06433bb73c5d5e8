"""What a person may ask, what an emergency opens, and what is erased: in the browser, in both languages, without scripts
too."""

import re

import pytest

from test_path import fill, sign_in, submit


def first_case(page, show="open"):
    page.goto(f"/cases?show={show}")
    return page.locator("main .work-list a.work-title").first.get_attribute("href")


@pytest.mark.parametrize("language", ["es", "en"])
def test_requests_holds_and_history(person, server, language):
    worker, supervisor = person(language=language), person(language=language)
    sign_in(worker, "rosa")
    page = worker.page
    case = first_case(page)
    page.goto(case + "/rights/requests/new")
    worker.look("rights-request")
    fill(page, {"kind": "access", "words": "Quiero saber quién vio mis datos"})
    submit(page)
    page.goto(case + "/rights")
    worker.look("rights")
    page.goto(case + "/edit/health")
    fill(page, {"health": "Tos desde el lunes"})
    submit(page)
    page.goto(case + "/history?show=changes")
    worker.look("history")
    assert "Tos desde el lunes" in page.locator("main").inner_text()

    # The supervisor of the same agency sees what is due, and answers.
    sign_in(supervisor, "elena")
    page = supervisor.page
    page.goto("/data-protection")
    supervisor.look("data-protection")
    page.goto("/data-protection/retention?days=365")
    supervisor.look("retention")
    page.goto("/data-protection/breaches/new")
    supervisor.look("breach-new")
    fill(page, {"from": "2007-01-01", "words": "Un teléfono perdido"})
    submit(page)
    supervisor.look("breach")
    page.goto(page.url + "/drafts")
    supervisor.look("breach-drafts")


def test_an_emergency_opens_for_hours_and_is_told(person, server):
    officer = person(language="es")
    sign_in(officer, "marta")
    page = officer.page
    page.goto("/cases/emergency")
    officer.look("emergency")
    fill(page, {"code": "0000-0000", "basis": "vital_interest", "reason": "La esperan en la terminal"})
    submit(page)
    assert "no tiene llave" in page.locator("main").inner_text()
    assert page.locator("[name=reason]").input_value() == "La esperan en la terminal"
    officer.look("emergency-no-key")
