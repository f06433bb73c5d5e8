"""A training day: the trainer opens a group and takes the roll, a participant without an account learns, answers before
and after and prints the certificate. In both languages, the participant without a script."""

import re

import pytest

from test_path import day, fill, sign_in, submit


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_training_day(person, language):
    trainer = person(language=language)
    sign_in(trainer, "teresa")
    page = trainer.page
    trainer.look("training-home")
    page.goto("/training/new")
    fill(page, {
        "place": "Quito, sala 3", "province": "EC-P", "from": day(0), "until": day(0), "seats": "20",
        "institutions": ["senami", "mte-sti"]})
    trainer.look("training-new")
    submit(page)
    cohort = page.url
    page.locator("summary").click()
    fill(page, {"title": "Día 1, mañana", "day": day(0)})
    submit(page)
    trainer.look("training-cohort")
    link = "/t/" + re.search(r"/t/([\w-]{43})", page.content()).group(1)

    # Without a script, which the accessibility check needs: it looks at the same pages afterwards.
    learner = person(language=language, script=False)
    own = learner.page
    own.goto(link)
    if own.locator("html").get_attribute("lang") != language:
        own.locator(f"a[hreflang={language}]").click()
    learner.look("training-register", axe=False)
    fill(own, {"name": "Rocío Inventada", "post": "Oficial", "institution": "senami"})
    submit(own)
    learner.look("training-seat", axe=False)
    seat = own.url
    for occasion in ("pre", "post"):
        own.goto(f"{seat}/test/{occasion}")
        submit(own)
        assert "/test/" in own.url, "an empty test comes back and asks"
        learner.look(f"training-test-{occasion}", axe=False)
        fill(own, {"leave": "yes"})
        submit(own)
        if occasion == "pre":
            own.goto(seat + "/lesson")
            learner.look("training-lesson", axe=False)
    learner.look("training-answers", axe=False)

    page.goto(cohort)
    page.locator(".session-list a").first.click()
    trainer.look("training-roll-call")
    page.locator("button[name=all]").click()
    page.wait_for_load_state()
    page.goto(cohort + "/results")
    trainer.look("training-results")
    page.goto(cohort + "/participants")
    trainer.look("training-participants")
    page.locator("tbody th a").first.click()
    trainer.look("training-person")
    submit(page, "/certificate")
    trainer.look("training-certificate")
    number = re.search(r"/certificate/([a-z0-9]{26})", page.content()).group(1)

    own.goto(seat + "/certificate")
    fill(own, {"name": "rocío inventada"})
    submit(own)
    assert own.locator(".certificate-name").count() == 1
    own.goto("/certificate/" + number)
    learner.look("training-check", axe=False)
    assert "Rocío" not in own.content()

    reader = person(language=language)
    for name, address in {
            "register": link, "seat": seat, "lesson": seat + "/lesson", "answers": seat + "/answers",
            "name": seat + "/certificate", "check": "/certificate/" + number, "number": "/certificate"}.items():
        reader.page.goto(address)
        reader.look("training-reader-" + name)

    # The tests once more, by someone whose browser can be measured.
    reader.page.goto(link)
    fill(reader.page, {"name": "Luis Inventado", "post": "Oficial", "institution": "senami"})
    submit(reader.page)
    seat = reader.page.url
    for occasion in ("pre", "post"):
        reader.page.goto(f"{seat}/test/{occasion}")
        reader.look(f"training-reader-test-{occasion}")
        submit(reader.page)
        reader.look(f"training-reader-test-{occasion}-empty")
        fill(reader.page, {"leave": "yes"})
        submit(reader.page)
