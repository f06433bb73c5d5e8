"""Practice: one exercise from the seat of a participant without an account to its feedback, on the second site; and the
wall between the two sites, as browsers see it."""

import os
import pathlib
import re

import pytest
from conftest import ROOT, Server, free_port
from conftest import Person as Visitor
from test_path import day, fill, names, sign_in, submit

PACK = pathlib.Path(os.environ.get("AMPARO_TEST_PACK", ROOT / "Packs/ecuador"))
EXERCISE = "border-cousin"
CANARY = "Marisol Colibrí Canelo"


@pytest.fixture(scope="module")
def two_sites():
    port = free_port()
    server = Server("--practice-port", str(port), "--pack", str(PACK))
    server.practice = f"http://localhost:{port}"
    yield server
    server.stop()


@pytest.fixture
def visitor(browser, two_sites):
    people = []

    def make(**options):
        people.append(Visitor(browser, two_sites, also=two_sites.practice, **options))
        return people[-1]

    yield make
    for one in people:
        one.close()


class Story:
    """Chooses by the name of the passage that a choice leads to."""

    def __init__(self, person):
        text = (PACK / f"training/exercises/{EXERCISE}.{person.language}.twee").read_text()
        self.page, self.links = person.page, {}
        for passage in re.split(r"^:: ", text, flags=re.M)[1:]:
            for words, target in re.findall(r"\[\[(.+?)->(.+?)\]\]", passage):
                self.links.setdefault(target, set()).add(words)

    def to(self, *targets):
        for target in targets:
            for words in self.links[target]:
                button = self.page.locator(".story-choice").get_by_text(words, exact=True)
                if button.count():
                    button.click()
                    self.page.wait_for_load_state()
                    break
            else:
                raise AssertionError(f"no choice leads to {target} from {self.page.locator('article').inner_text()[:300]}")


def seat(person):
    """A seat in a class of today, taken without an account."""
    trainer = person()
    sign_in(trainer, "teresa")
    page = trainer.page
    page.goto("/training/new")
    fill(page, {"place": "Quito, sala 3", "province": "EC-P", "from": day(0), "until": day(0), "seats": "20",
                "institutions": ["senami"]})
    submit(page)
    cohort = page.url
    link = "/t/" + re.search(r"/t/([\w-]{43})", page.content()).group(1)
    participant = person()
    page = participant.page
    page.goto(link)
    fill(page, {"name": "Zoila Colibrí", "post": "Oficial", "institution": "senami"})
    submit(page)
    return participant, page.url, trainer, cohort


def begin(person, address):
    page = person.page
    page.goto(address)
    page.get_by_role("link", name="Práctica" if person.language == "es" else "Practice", exact=True).click()
    person.look("practice-list")
    page.locator(f'a[href$="/exercises/{EXERCISE}"]').click()
    page.wait_for_load_state()
    person.look("practice-begin")
    return page


def play(person, practice):
    """The whole exercise as an expert would do it, but for one thing left out: nobody asks the child's house."""
    page, story = person.page, Story(person)
    submit(page)
    assert page.url == practice + "/story"
    person.look("practice-story")
    story.to("asks-in-front", "before-asking")
    person.look("practice-story-tool")
    # The work tool: the same screening as at work.
    page.goto(practice + "/")
    person.look("practice-home")
    page.goto(practice + "/screenings/new")
    fill(page, {"province": "EC-C", "age": "doubt", "language": "español"})
    if not page.locator("[name=age]").input_value():
        fill(page, {"age": "17"})
    submit(page)
    screening = re.match(r".*/screenings/[0-9a-z]{26}", page.url).group(0)
    honest = {"danger_now": "no", "private_place": "no", "controlling_companion": "yes", "language_understood": "yes",
              "help_at_hand": "yes"}
    fill(page, {f"a-{name}": answer for name, answer in honest.items()})
    submit(page)
    person.look("practice-screening-stopped")
    page.goto(practice + "/story")
    story.to("parts-them-calmly", "water-and-seat")
    page.goto(screening + "/safety")
    fill(page, {"a-private_place": "yes", "a-controlling_companion": "no"})
    submit(page)
    fill(page, {"a-agrees_to_talk": "yes"})
    submit(page)
    page.goto(practice + "/story")
    story.to("the-offer", "the-age", "what-she-wants", "keeps-the-reason", "the-call", "calls-aunt", "decide")
    answers = {"deceptive_recruitment": ["DR01", "DR03", "DR05"], "coercive_recruitment": ["CR04", "CR05", "CR01"]}
    for topic, codes in answers.items():
        page.goto(f"{screening}/topics/{topic}")
        fill(page, {f"a-{code}": "yes" for code in codes})
        page.locator("main button[name=then][value=pause]").click()
    page.goto(screening)
    submit(page, "/finish")
    fill(page, {"decision": "presumed", "reason": "Tiene 17 años y otra persona decide por ella."})
    submit(page, "/result")
    # The case, with the story's person.
    page.goto(f"{practice}/cases/new?screening={screening.split('/')[-1]}")
    fill(page, {"given_names": "Marisol", "surnames": "Colibrí Canelo"})
    submit(page)
    fill(page, {"birth": "2009", "kind": "trafficking", "needs": ["safety", "housing"]})
    submit(page)
    case = page.url
    assert CANARY in page.locator("main").inner_text()
    person.look("practice-case")
    page.goto(case + "/consents/new")
    agencies = page.locator("select[name=recipient] option").all_inner_texts()
    # The attempt's three desks, and no other agency of the world.
    assert len([name for name in agencies if name.strip()]) <= 4 and not any("Canario" in name for name in agencies)
    person.look("practice-consent")
    desk = next(option for option in page.locator("select[name=recipient] option").all()
                if re.search("protección de niñez|Child protection", option.inner_text()))
    fill(page, {"recipient": desk.get_attribute("value"), "purpose": "protection",
                "kinds": ["identity", "contact", "needs", "health"], "until": day(30)})
    fill(page, {"decided_by": page.locator("[name=decided_by]").first.get_attribute("value")})
    for name in names(page, 'main form input[type=radio][name^="explained_"]'):
        fill(page, {name: "yes"})
    submit(page)
    assert page.url.endswith("#consents"), page.locator("main").inner_text()[:600]
    page.goto(case + "/referrals/new")
    fill(page, {"need": "safety", "urgency": "high", "safe_contact": "Llamar a la tía"})
    if page.locator("input[name=to]:is([type=radio])").count():
        fill(page, {"to": page.locator("input[name=to]").first.get_attribute("value")})
    elif page.locator("select[name=to]").count():
        page.locator("select[name=to]").select_option(index=1)
    submit(page)
    # The desk asked back by its script, at once.
    person.look("practice-referral-asked")
    referral = page.url
    assert re.search("buscarla|look for her", page.locator("main").inner_text())
    page.goto(referral + "/reply")
    fill(page, {"note": "Se puede llamar a la tía."})
    submit(page)
    assert re.search("Aceptad|Accepted", page.locator("main").inner_text())
    page.goto(practice + "/story")
    story.to("protection-desk", "end-safe")
    person.look("practice-end")
    page.locator('a[href="/finish"]').first.click()
    person.look("practice-finish")
    submit(page)
    assert page.url == practice + "/feedback"
    person.look("practice-feedback")
    return page.locator("main").inner_text()


def test_an_exercise_in_spanish(visitor, two_sites):
    participant, address, trainer, cohort = seat(visitor)
    begin(participant, address)
    text = play(participant, two_sites.practice)
    assert "Indicadores encontrados" in text and "5 de 15" in text
    assert "respondió «sí», y nada de lo visto o escuchado lo muestra" in text
    assert "Comparte más de lo que alguien necesita aquí: Salud" in text
    assert "con menos urgencia de la necesaria" in text
    assert "Qué hizo la persona experta" in text
    # Once finished it stays: going on leads to the feedback.
    page = participant.page
    page.goto(address + "/exercises")
    page.locator('a[href*="attempt="]').first.click()
    submit(page)
    assert page.url.endswith("/feedback")
    # The class page names nobody, and says that one person is too few.
    trainer.page.goto(cohort + "/exercises")
    trainer.look("practice-class")
    assert "demasiado pocas para juzgar" in trainer.page.locator("main").inner_text()


def test_an_exercise_in_english_from_a_members_page(visitor, two_sites):
    member = visitor(language="en")
    sign_in(member, "teresa")
    page = member.page
    page.goto("/training/exercises")
    member.look("practice-list-member")
    page.locator(f'a[href$="/exercises/{EXERCISE}"]').click()
    page.wait_for_load_state()
    text = play(member, two_sites.practice)
    assert "Indicators found" in text and "5 of 15" in text
    # Nothing of it is at work.
    officer = visitor()
    sign_in(officer, "rosa")
    officer.page.goto("/cases")
    fill(officer.page, {"name": "Marisol Colibrí"})
    submit(officer.page, "/cases/search")
    assert "Canelo" not in officer.page.locator("main").inner_text()


def test_the_ticket_works_once_and_neither_session_opens_the_other_site(visitor, two_sites):
    member = visitor()
    sign_in(member, "teresa")
    page = member.page
    page.goto("/training/exercises")
    page.locator(f'a[href$="/exercises/{EXERCISE}"]').click()
    ticket = page.url
    # A session of the live site does not open practice.
    page.goto(two_sites.practice + "/story")
    assert "Aquí se entra desde la capacitación" in page.locator("main").inner_text()
    page.goto(ticket)
    submit(page)
    assert page.url.endswith("/story")
    other = visitor()
    other.page.goto(ticket)
    submit(other.page)
    assert "ya se usó" in other.page.locator("main").inner_text()
    # And a session of practice does not open the live site.
    kept = [cookie for cookie in member.context.cookies() if "practice" in cookie["name"]]
    assert {"amparo-practice-session", "amparo-practice-form"} <= {cookie["name"] for cookie in kept}
    for cookie in kept:
        other.context.add_cookies([
            {"name": cookie["name"].replace("practice-", ""), "value": cookie["value"], "url": two_sites.address}])
    other.page.goto("/cases")
    assert "/sign-in" in other.page.url
