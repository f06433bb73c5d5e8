"""What remains after a course: the participant half a year later with a minute on a phone, the trainer who reports who
answered and who did not, the donor annex, and where to train next."""

import re

import pytest

from conftest import WIDE
from test_path import fill, sign_in, submit


def class_after(trainer, days):
    """The class of the demonstration whose round after so many days is open: from the trainer's home page."""
    page = trainer.page
    page.goto("/")
    words = f"A los {days} días" if trainer.language == "es" else f"After {days} days"
    page.locator("a", has_text=words).first.click()
    page.wait_for_load_state()
    return page.url


@pytest.mark.parametrize("language", ["es", "en"])
def test_half_a_year_later(person, language):
    trainer = person(language=language)
    sign_in(trainer, "teresa")
    page = trainer.page
    after = class_after(trainer, 180)
    trainer.look("after-class")
    page.locator("details.more summary").click()
    page.goto(after + "/people")
    trainer.look("after-people")

    # Somebody who has not answered: the state of the last round says so.
    waiting = "Abierta" if language == "es" else "Open"
    row = page.locator("tbody tr").filter(has=page.locator("td", has_text=waiting)).last
    row.locator("a").first.click()
    page.wait_for_load_state()
    link = re.search(r"/t/[\w-]{43}", page.content()).group(0)

    learner = person(language=language)
    own = learner.page
    own.goto(link)
    if own.locator("html").get_attribute("lang") != language:
        own.locator(f"a[hreflang={language}]").click()
    learner.look("after-seat")
    own.locator("a.seat-next").click()
    own.wait_for_load_state()
    learner.look("after-question")
    submit(own)
    learner.look("after-question-empty")
    for number in range(1, 4):
        own.goto(link + "/follow-up")
        if own.locator("input[name=unknown]").count() == 0:
            break
        fill(own, {"unknown": "yes"})
        submit(own)
        learner.look(f"after-feedback-{number}")
        assert own.locator(".answers-list li").count() >= 1
        own.locator("a.seat-next").click()
        own.wait_for_load_state()
    learner.look("after-thanks")
    own.goto(link + "/phone")
    learner.look("after-phone")
    fill(own, {"phone": "12"})
    submit(own)
    learner.look("after-phone-wrong")
    fill(own, {"phone": "099 000 0199"})
    submit(own)
    assert own.url.endswith(link)

    page.goto(after)
    with page.expect_download() as download:
        page.locator("form[action$='/messages'] button").click()
    lines = open(download.value.path(), encoding="utf-8").read().splitlines()
    assert lines and all(re.fullmatch(r'"\+\d{8,15}","[^"]*/t/[\w-]{43}/follow-up"', line) for line in lines)
    with page.expect_download() as download:
        page.locator("form[action$='/xapi'] button").click()
    assert '"timestamp"' in open(download.value.path(), encoding="utf-8").read()


@pytest.mark.parametrize("language", ["es", "en"])
def test_paper_comes_back(person, language):
    trainer = person(language=language)
    sign_in(trainer, "teresa")
    page = trainer.page
    after = class_after(trainer, 7)
    page.goto(after + "/7/sheets")
    trainer.look("after-sheets")
    page.emulate_media(media="print")
    assert page.locator(".follow-up-sheet").first.is_visible()
    page.emulate_media(media="screen")
    page.goto(after + "/7/entry")
    trainer.look("after-entry")
    missing = page.locator(".sheet-numbers a").count()
    page.locator(".sheet-numbers a").first.click()
    page.wait_for_load_state()
    trainer.look("after-entry-sheet")
    submit(page)
    page.goto(after + "/7/entry")
    assert page.locator(".sheet-numbers a").count() == missing - 1


@pytest.mark.parametrize("language", ["es", "en"])
def test_annex_and_needs(person, language):
    trainer = person(language=language, size=WIDE)
    sign_in(trainer, "teresa")
    page = trainer.page
    page.goto("/training/annex")
    trainer.look("after-annex")
    for ending, start in ((".xlsx", b"PK"), (".csv", b'"table"')):
        with page.expect_download() as download:
            page.locator(f"a[download][href*='{ending}']").click()
        assert open(download.value.path(), "rb").read().startswith(start)
    page.goto("/training/needs")
    trainer.look("after-needs")
    coordinator = person(language=language)
    sign_in(coordinator, "carlos")
    coordinator.page.goto("/training/needs")
    coordinator.look("after-needs-coordinator")
    administrator = person(language=language)
    sign_in(administrator, "ines")
    administrator.page.goto("/training/evidence")
    administrator.look("after-evidence")
    fill(administrator.page, {"institution": "senami", "province": "EC-P"})
    submit(administrator.page)
    administrator.look("after-evidence-given")
