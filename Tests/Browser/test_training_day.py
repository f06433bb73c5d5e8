"""A whole training day: a trainer and five participants, three of them with an account and two without, on a laptop that
reaches nothing outside: every name and address but the server's own is cut off in the browser, and the server makes no
connection of its own."""

import pathlib
import re

import pytest

from conftest import Person
from test_path import day, fill, sign_in, submit
from test_room import code_of, decoded, local, open_class

MEMBERS = {"marta": "Marta Inventada", "diana": "Diana Inventada", "elena": "Elena Inventada"}
GUESTS = ["Zoila Sincuenta", "Aníbal Sincuenta"]


@pytest.fixture(scope="module")
def cut_off(chromium):
    browser = chromium.launch(
        executable_path="/usr/bin/chromium",
        args=["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"])
    yield browser
    browser.close()


@pytest.fixture
def person(cut_off, server):
    people = []

    def make(**options):
        people.append(Person(cut_off, server, **options))
        return people[-1]

    yield make
    for one in people:
        one.close()


def connections(process):
    """The other ends of the server's own connections that are not on this machine."""
    sockets = set()
    for handle in pathlib.Path(f"/proc/{process.pid}/fd").iterdir():
        try:
            sockets |= set(re.findall(r"socket:\[(\d+)\]", str(handle.readlink())))
        except OSError:
            pass
    foreign = []
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in pathlib.Path(f"/proc/{process.pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[9] in sockets and not re.match(r"^(0+:|0100007F:|0{24}0100007F:|0{16}FFFF00000100007F:)", fields[2]):
                foreign.append(fields[2])
    return foreign


def answer(page, right):
    """Answers a whole test: the first of every list, or nothing."""
    if right:
        for group in page.locator("main form fieldset").all():
            label = group.locator("label").first
            label.click()
        for field in page.locator("main form select").all():
            field.select_option(index=1)
        for field in page.locator("main form input[type=text]").all():
            field.fill("18")
    submit(page)
    if "/test/" in page.url:
        fill(page, {"leave": "yes"})
        submit(page)


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_whole_day_without_a_network(person, server, language):
    trainer = person(language=language)
    sign_in(trainer, "teresa")
    page = trainer.page
    cohort, link = open_class(trainer)

    # Everybody registers: members keep the seat in their account, guests have the link only.
    seats = {}
    for login, name in MEMBERS.items():
        someone = person(language=language)
        sign_in(someone, login)
        own = someone.page
        own.goto(link)
        assert own.locator("input[name=keep]").is_checked()
        fill(own, {"name": name, "post": "Oficial", "institution": "senami"})
        if login == "marta":
            someone.look("day-register-member")
        submit(own)
        seats[login] = (someone, own.url)
        own.goto("/")
        assert own.locator(f"a[href='{local(seats[login][1])}']").count() >= 1
        if login == "marta":
            someone.look("day-home")
    for number, name in enumerate(GUESTS):
        someone = person(language=language, script=number == 0)
        own = someone.page
        own.goto(link)
        if own.locator("html").get_attribute("lang") != language:
            own.locator(f"a[hreflang={language}]").click()
        assert own.locator("input[name=keep]").count() == 0
        fill(own, {"name": name, "post": "Supervisora", "institution": "mte-sti"})
        submit(own)
        seats[name] = (someone, own.url)

    # Before the course: four answer on their phones, one on paper.
    *phones, paper = seats
    for index, who in enumerate(phones):
        someone, seat = seats[who]
        someone.page.goto(seat + "/test/pre")
        answer(someone.page, right=index % 2 == 0)
        someone.page.goto(seat + "/lesson")
        assert someone.page.locator("main h1").count() == 1

    # The code on the projector; each phone marks itself.
    page.goto(cohort + "/room")
    session = re.search(r"/attendance/([0-9a-z]{26})", page.content()).group(1)
    for who, (someone, seat) in seats.items():
        address = decoded(code_of(trainer, cohort, session))
        if not address:
            pytest.skip("zbarimg is missing; run Scripts/prepare test")
        someone.page.goto(seat)
        someone.page.goto(local(address))
        someone.page.locator("button.seat-next").click()
        someone.page.wait_for_load_state()
        assert someone.page.locator(".notice.good").count() == 1, who
    page.goto(f"{cohort}/attendance/{session}")
    assert page.locator(".mark.present input:checked").count() == 5
    trainer.look("day-roll")

    # The paper of the one without a phone at hand, before and after: the same paired object.
    for occasion in ("pre", "post"):
        page.goto(f"{cohort}/paper/{occasion}")
        example = page.locator("code").first.inner_text().split(" ", 1)[1]
        number = page.locator("tbody tr", has_text=paper).locator("td, th").first.inner_text().strip()
        page.fill("textarea", f"{number} {example}")
        page.locator("main form button").last.click()
        page.wait_for_load_state()
        assert page.locator(".notice.good").count() == 1, page.locator("main").inner_text()
    for who in phones:
        someone, seat = seats[who]
        someone.page.goto(seat + "/test/post")
        answer(someone.page, right=True)
        assert someone.page.locator("ol.answers-list").count() == 1

    # The end of the day: a word from three of them, the class's result, the certificates.
    for who in phones[:3]:
        someone, seat = seats[who]
        own = someone.page
        own.goto(seat)
        own.locator("a[href*='/feedback/']").click()
        fill(own, {"useful": "5", "clear": "4", "safe": "5", "ready": "3"})
        submit(own)
        assert own.locator("main form").count() == 0
    page.goto(cohort + "/results")
    trainer.look("day-results")
    assert re.search(r"\b5\b", page.locator("main").inner_text())
    page.goto(cohort + "/participants")
    people = [a.get_attribute("href") for a in page.locator("tbody th a").all()]
    assert len(people) == 5
    for address in people:
        page.goto(address)
        submit(page, "/certificate")
        assert "/certificates/" in page.url
    response = trainer.context.request.get(page.url + "/file/a4")
    assert response.body()[:5] == b"%PDF-"
    page.goto(cohort + "/certificates")
    trainer.look("day-certificates")
    assert page.locator("tbody tr").count() == 5
    marta, seat = seats["marta"]
    marta.page.goto(seat)
    marta.look("day-seat-after")
    marta.page.goto("/")
    marta.look("day-home-after")
    assert connections(server.process) == []
