"""A case from its plan to its end and back: a plan, a conference, a period, a follow-up, a proposal to close that another
person answers, and the case opened again. In both languages."""

import re

import pytest

from test_path import day, fill, open_case, screen, sign_in, submit


def new(person, address):
    """Follows the address of a form whose page makes the identifier of what it creates."""
    person.page.goto(address)
    person.page.wait_for_load_state()


@pytest.mark.parametrize("language", ["es", "en"])
def test_from_the_plan_to_the_end_and_back(person, language):
    worker, supervisor = person(language=language), person(language=language)
    sign_in(worker, "rosa")
    sign_in(supervisor, "elena")
    page = worker.page
    address = open_case(worker, screen(worker).split("/")[-2])

    # The plan.
    new(worker, address + "/plan/goals/new")
    fill(page, {"words": "Estudiar de noche"})
    submit(page)
    page.goto(page.locator("a[href$='/actions/new']").first.get_attribute("href"))
    fill(page, {"words": "Inscribirla", "due": day(9)})
    submit(page)

    # A conference, what was said, what was decided.
    new(worker, address + "/conferences/new")
    worker.look("conference-new")
    fill(page, {"agenda": "Dónde vivirá", "place": "A las 10", "day": day(0)})
    submit(page)
    conference = page.url
    worker.look("conference")
    page.goto(conference + "/hold")
    worker.look("conference-hold")
    fill(page, {"minutes": "Quiere vivir con su hermana."})
    submit(page)
    page.goto(conference + "/decide")
    worker.look("conference-decide")
    fill(page, {"words": "Hablar con la hermana", "due": day(3)})
    submit(page)
    assert "Hablar con la hermana" in page.locator("main").inner_text()
    worker.look("conference-held")
    page.goto("/cases/due")
    assert page.locator("a[href*='/decisions/']").count()
    page.goto(page.locator(f"a[href^='{address[address.index('/cases/'):]}/decisions/']").first.get_attribute("href"))
    fill(page, {"result": "Aceptó."})
    submit(page)

    # Periods: one that only informs, one by a document.
    page.goto(address + "/clocks/new")
    worker.look("clock-new")
    fill(page, {"kind": "reflection", "start": day(-60)})
    submit(page)
    worker.look("clock-informs")
    assert not page.locator(".due.over").count()
    page.goto(address + "/clocks/new")
    fill(page, {"kind": "hearing", "document": "Citación 4", "until": day(2)})
    submit(page)
    clock = page.url
    fill(page, {"move": "suspend", "reason": "La jueza lo aplazó"})
    worker.look("clock")
    submit(page)
    fill(page, {"move": "resume", "reason": "Nueva citación"})
    submit(page)
    assert "La jueza lo aplazó" in page.locator("main").inner_text()
    page.goto("/cases/due")
    worker.look("due-with-periods")
    assert page.locator(f"a[href='{clock[clock.index('/cases/'):]}']").count()

    # A check for new exploitation, and a follow-up.
    page.goto(address + "/assessments/new/retrafficking")
    worker.look("check-new-exploitation")
    fill(page, {"a_offer": "yes", "a_contact": "no", "level": "medium"})
    submit(page)
    page.goto(address + "/follow-ups/new")
    fill(page, {"due": day(7), "note": "Visitarla."})
    submit(page)

    # A colleague is asked to look; a return is planned, agreed, and given up.
    page.goto(address + "/flags/new")
    worker.look("flag-new")
    fill(page, {"words": "¿Es su tía?", "due": day(1)})
    page.locator("select[name=member]").select_option(index=1)
    submit(page)
    page.goto(address + "/returns/new")
    worker.look("return-new")
    fill(page, {"country": "co", "words": "A Pasto", "receiver_name": "Casa inventada", "departure": day(9)})
    submit(page)
    back = page.url
    page.goto(back + "/agree")
    worker.look("return-agree")
    fill(page, {"decided_by": "person", "way": "spoken"})
    submit(page)
    worker.look("return")
    page.goto(back + "/cancel")
    fill(page, {"words": "Cambió de idea"})
    submit(page)
    page.goto("/cases/risk")
    worker.look("risk-queue")
    page.goto(address + "/plan/versions")
    worker.look("plan-versions")

    # Proposed, refused with words, proposed again, approved by somebody else.
    page.goto(address + "/close")
    worker.look("closing-propose")
    fill(page, {"reason": "goals_met", "summary": "Está bien y acompañada."})
    submit(page)
    assert page.locator("#f-leaving-error").count()
    fill(page, {"leaving": "yes"})
    submit(page)
    assert page.url.split("#")[0] == address, page.locator("main").inner_text()[:400]
    worker.look("closing-waits")
    boss = supervisor.page
    for again in (False, True):
        boss.goto("/")
        if not again:
            supervisor.look("home-closing")
        boss.goto(address + "/closing")
        if not again:
            supervisor.look("closing-answer")
        fill(boss, {"answer": "approve" if again else "refuse", "words": "Bien." if again else "Falta visitarla."})
        submit(boss)
        if not again:
            page.goto(address)
            assert "Falta visitarla." in page.locator("main").inner_text()
            worker.look("closing-refused")
            page.goto(address + "/close")
            fill(page, {"reason": "moved", "leaving": "yes"})
            submit(page)
    page.goto(address)
    worker.look("case-closed")
    assert page.goto(address + "/conferences/new").status == 409

    # Opened again at once; the supervisor looks at it afterwards.
    page.goto(address + "/reopen")
    worker.look("reopen")
    fill(page, {"words": "Volvió a llamar: quien la explotó la encontró."})
    submit(page)
    assert page.url.split("#")[0] == address
    worker.look("case-reopened")
    boss.goto(address + "/closing")
    supervisor.look("reopening-look")
    submit(boss)
    boss.goto(address)
    assert not boss.locator(f"a[href$='/closing']").count()
    page.goto(address + "/history")
    text = page.locator("main").inner_text()
    for words in (("Propuso cerrar", "Reabrió", "Suspendió") if language == "es" else ("Proposed to close", "Reopened", "Suspended")):
        assert words in text, words
    assert re.search(r"\bCanelazo\b", boss.content())
