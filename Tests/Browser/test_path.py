"""One person's way through the whole system, as the people who walk it: an officer at the border, a case worker, the
desk of another agency, the coordinator. In both languages."""

import datetime
import re

import pytest

PASSWORD = "canario-azul-2007"
MACHALA = "Casa del Manglar, Machala"
CANARY = "Ñusta Canelazo"


def sign_in(person, login, password=PASSWORD):
    page = person.page
    page.goto("/sign-in")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/")
    if page.locator("html").get_attribute("lang") != person.language:
        page.get_by_role("link", name="English" if person.language == "en" else "Español", exact=True).click()


def fill(page, fields, form=None):
    """Fills a form's fields by their names: text, a select's option, a radio button, boxes to tick."""
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            choice = page.locator(f'input[name="{name}"][value="{one}"]:is([type=radio], [type=checkbox])')
            # No choice has lines.
            if "\n" not in one and choice.count():
                # As a thumb does: on the words, which must not be covered by anything.
                if not choice.is_checked():
                    page.locator(f'label[for="{choice.get_attribute("id")}"]').click()
                assert choice.is_checked(), f"{name}={one}"
                continue
            select = page.locator(f'select[name="{name}"]')
            if select.count():
                select.select_option(one)
            else:
                page.locator(f'[name="{name}"]').first.fill(one)


def names(page, selector):
    return list(dict.fromkeys(field.get_attribute("name") for field in page.locator(selector).all()))


def submit(page, action=None):
    """Sends the page's main form, or the one that goes to an address."""
    form = page.locator(f'main form[action$="{action}"]' if action else "main form").first
    beside = page.locator('main button[form=interview][value=next]')
    # Beside what a form is for there may be less: to keep it as a draft.
    first = form.locator("button:not(.second):not(.plain)")
    button = first if first.count() else form.locator("button")
    (beside if action is None and beside.count() else button.last).click()
    page.wait_for_load_state()


def someone_else(page):
    page.locator("main form:has(input[name=step][value=known])").locator("button").last.click()
    page.wait_for_load_state()


def day(further):
    return (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=5)).date().__add__(
        datetime.timedelta(days=further)).isoformat()


def screen(officer, words=None):
    """From the safety check to the result; answers the address of the result."""
    page = officer.page
    page.goto("/screenings/new")
    officer.look("screening-start")
    fill(page, {"province": "EC-O", "age": "25", "language": "español", "exploitation": "labour"})
    if words:
        words(page)
    submit(page)
    for part in ("stops", "consent"):
        officer.look("screening-safety-" + part)
        for name in names(page, "main form input[type=radio]"):
            stops = name in ("a-danger_now", "a-controlling_companion")
            fill(page, {name: "no" if stops else "yes"})
        submit(page)
    address = page.url
    page.goto(address + "/topics/observation")
    officer.look("screening-topic")
    fill(page, {"a-UN02": "yes"})
    page.locator('main button[name=then][value=next]').click()
    fill(page, {"a-DR01": "yes", "a-DR02": "yes", "note": "Prometieron otro trabajo"})
    page.locator('main button[name=then][value=pause]').click()
    # Back without loss.
    page.goto(address + "/topics/deceptive_recruitment")
    assert page.locator('input[name="a-DR01"][value=yes]').is_checked()
    assert page.locator('textarea[name=note]').input_value() == "Prometieron otro trabajo"
    for topic, answers in (("exploitation", {"a-EX01": "yes", "a-EX02": "yes", "a-EX03": "unknown"}),
                           ("coercion_at_destination", {"a-CD01": "yes", "a-CD02": "yes"})):
        page.goto(f"{address}/topics/{topic}")
        fill(page, answers)
        if words:
            words(page)
        page.locator('main button[name=then][value=pause]').click()
    page.goto(address)
    officer.look("screening-record")
    submit(page, "/finish")
    assert page.url.endswith("/result")
    officer.look("screening-result")
    text = page.locator("main").inner_text()
    assert ("Se encontraron indicadores" if officer.language == "es" else "Indicators found") in text
    assert "DR01" in text and "EX01" in text
    fill(page, {"decision": "presumed", "reason": "Lo que dijo y lo que se vio coinciden."})
    if words:
        words(page)
    submit(page, "/result")
    assert words or "Lo que dijo y lo que se vio coinciden." in page.locator("main").inner_text()
    return page.url


def open_case(worker, screening):
    """From the screening, nothing typed twice; answers the case's address."""
    page = worker.page
    page.goto(f"/cases/new?screening={screening}")
    worker.look("case-new")
    fill(page, {"given_names": "Ñusta", "surnames": "Canelazo Prueba"})
    submit(page)
    if page.locator("input[name=step][value=known]").count():
        # Someone of that name was here before: it is someone else.
        worker.look("case-same-person")
        someone_else(page)
    worker.look("case-details")
    # Carried over from the screening.
    assert page.locator("[name=province]").input_value() == "EC-O"
    fill(page, {"birth": "2001", "kind": "trafficking", "needs": ["housing", "legal"]})
    submit(page)
    assert re.fullmatch(r".*/cases/[0-9a-z]{26}", page.url), page.url
    assert CANARY in page.locator("main").inner_text()
    worker.look("case-file")
    return page.url


def consent(worker, address):
    page = worker.page
    page.goto(address + "/consents/new")
    worker.look("consent-new")
    fill(page, {"recipient": page.locator(f"select[name=recipient] option", has_text=MACHALA).get_attribute("value"),
                "purpose": "assistance", "kinds": ["identity", "contact", "needs"], "until": day(60),
                "decided_by": "person"})
    for name in names(page, 'main form input[type=radio][name^="explained_"]'):
        fill(page, {name: "yes"})
    submit(page)
    assert page.url.endswith("#consents"), page.locator("main").inner_text()[:400]


def choose_recipient(page):
    options = [option.get_attribute("value") for option in page.locator("select[name=to] option").all()]
    if any(options):
        page.select_option("select[name=to]", next(filter(None, options)))
    elif page.locator("input[name=to]").count():
        fill(page, {"to": page.locator("input[name=to]").first.get_attribute("value")})


def refer(worker, address):
    page = worker.page
    page.goto(address + "/referrals/new")
    worker.look("referral-new")
    fill(page, {"need": "shelter", "urgency": "high", "safe_contact": "Llamar a la casa, de mañana"})
    choose_recipient(page)
    submit(page)
    assert "/referrals/" in page.url, page.locator("main").inner_text()[:400]
    return page.url


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_whole_path(person, language):
    officer, worker = person(language=language), person(language=language)
    desk, coordinator = person(language=language), person(language=language)
    for one, login in ((officer, "nelly"), (worker, "rosa"), (desk, "byron"), (coordinator, "carlos")):
        sign_in(one, login)
        one.look(f"home-{login}")

    # 1 Identify. The case worker of Casa Canario screens and opens the case herself.
    result = screen(worker)
    screening = result.split("/")[-2]
    # 2 Person and case.
    address = open_case(worker, screening)
    # 3 Consent, 4 referral.
    consent(worker, address)
    referral = refer(worker, address)
    worker.look("referral-sent")

    # The other desk: the envelope first, and nothing of the file.
    desk.page.goto("/referrals")
    desk.look("referral-inbox")
    desk.page.goto(referral)
    desk.look("referral-envelope")
    before = desk.page.locator("main").inner_text()
    assert "Llamar a la casa" in before and CANARY not in before
    assert desk.page.goto(address).status == 404
    desk.page.goto(referral + "/ask")
    fill(desk.page, {"note": "¿Viene sola?"})
    submit(desk.page)
    worker.page.goto(referral + "/reply")
    assert "¿Viene sola?" in worker.page.locator("main").inner_text()
    fill(worker.page, {"note": "Viene sola."})
    submit(worker.page)
    desk.page.goto(referral + "/accept")
    desk.look("referral-accept")
    fill(desk.page, {"note": "La esperamos hoy."})
    submit(desk.page)
    assert desk.page.goto(address).status == 200
    shared = desk.page.locator("main").inner_text()
    assert CANARY in shared and "Prometieron otro trabajo" not in shared
    desk.look("case-shared")
    desk.page.goto(referral)
    if desk.page.locator('main form[action$="/begin"]').count():
        submit(desk.page, "/begin")
    desk.page.goto(referral + "/complete")
    fill(desk.page, {"outcome": "provided", "note": "Tres noches, con apoyo."})
    submit(desk.page)
    assert desk.page.goto(address).status == 404
    worker.page.goto("/")
    worker.look("home-answer")
    worker.page.goto(referral)
    assert "Tres noches, con apoyo." in worker.page.locator("main").inner_text()
    worker.look("referral-answered")

    # 5 Service, follow-up, closure.
    worker.page.goto(address + "/services/new")
    worker.look("service-new")
    fill(worker.page, {"service": "shelter", "day": day(0), "outcome": "provided"})
    submit(worker.page)
    worker.page.goto(address + "/follow-ups/new")
    fill(worker.page, {"due": day(7), "note": "Llamar."})
    submit(worker.page)
    worker.look("case-file-full")
    worker.page.goto(address + "/history")
    worker.look("case-history")
    worker.page.goto(address + "/close")
    worker.look("case-close")
    fill(worker.page, {"reason": "goals_met", "summary": "Está bien y acompañada."})
    if worker.page.locator("input[name=leaving]").count():
        worker.page.locator("label:has(input[name=leaving]), label[for=f-leaving]").first.click()
    submit(worker.page)
    assert worker.page.url.split("#")[0] == address, worker.page.locator("main").inner_text()[:400]

    # 6 The figures, and nobody's name.
    coordinator.page.goto("/counts")
    coordinator.look("counts")
    assert CANARY not in coordinator.page.content()
    assert coordinator.page.goto(address).status in (403, 404)

    # Quick exit leaves nothing behind that Back would show.
    link = officer.page.locator("a.exit, [data-exit]").first
    assert link.is_visible()


def test_without_script(person):
    """The same forms work when scripts are off, at 320 px."""
    worker = person(script=False, size={"width": 320, "height": 640})
    sign_in(worker, "rosa")
    address = open_case(worker, screen(worker).split("/")[-2])
    consent(worker, address)
    assert "/referrals/" in refer(worker, address)


def test_consent_withdrawn_ends_access(person):
    worker, desk = person(), person()
    sign_in(worker, "rosa")
    sign_in(desk, "byron")
    address = open_case(worker, screen(worker).split("/")[-2])
    consent(worker, address)
    referral = refer(worker, address)
    desk.page.goto(referral)
    desk.page.goto(referral + "/accept")
    submit(desk.page)
    assert desk.page.goto(address).status == 200
    worker.page.goto(address)
    worker.page.locator('a[href$="/withdraw"]').first.click()
    worker.look("consent-withdraw")
    assert MACHALA in worker.page.locator("main").inner_text()
    submit(worker.page)
    assert desk.page.goto(address).status == 404
    desk.page.goto(referral)
    desk.look("referral-revoked")
    assert "Llamar a la casa" not in desk.page.locator("main").inner_text()


def test_wrong_forms_keep_what_was_typed(person):
    worker = person()
    sign_in(worker, "rosa")
    page = worker.page
    page.goto("/cases/new")
    fill(page, {"given_names": "Luz", "surnames": "Prueba"})
    submit(page)
    fill(page, {"birth": "1990-02-30", "narrative": "Lo que contó"})
    submit(page)
    assert page.locator("[name=birth]").input_value() == "1990-02-30"
    assert page.locator("[name=narrative]").input_value() == "Lo que contó"
    assert page.locator("#f-birth-error").is_visible()
    worker.look("case-wrong-fields")
