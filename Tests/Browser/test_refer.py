"""A referral from desk to desk, as each of those who have a part in it walks it: who sends, the desk that receives, its
supervisor, a provider without an account, and the person, who takes the consent back. Everybody looks for the referral
that was made here; the list holds those of others too."""

import re
import secrets

import pytest

from test_path import MACHALA, consent, fill, sign_in, someone_else, submit

CONTACT = "Llamar a la casa, de mañana"


def say(person, spanish, english):
    return spanish if person.language == "es" else english


def main(person):
    return person.page.locator("main").inner_text()


def opened(worker):
    """A case of somebody new; answers its address and the person's name."""
    page = worker.page
    given = "Killa " + secrets.token_hex(4)
    page.goto("/cases/new")
    fill(page, {"given_names": given, "surnames": "Canaria Prueba"})
    submit(page)
    if page.locator("input[name=step][value=known]").count():
        someone_else(page)
    fill(page, {"birth": "1994", "kind": "trafficking", "needs": ["housing"]})
    if page.locator("[name=province]").count() and not page.locator("[name=province]").first.input_value():
        fill(page, {"province": "EC-P"})
    submit(page)
    assert re.fullmatch(r".*/cases/[0-9a-z]{26}", page.url), main(worker)[:600]
    return page.url, given


def sent(worker, address, word="", urgency="high"):
    """Sends a referral to the desk in Machala; answers its address."""
    page = worker.page
    page.goto(address + "/referrals/new")
    choice = page.locator("main label", has_text=MACHALA).first
    choice.click()
    fill(page, {"need": "shelter", "urgency": urgency, "language": "kichwa", "safe_contact": CONTACT, "word": word})
    submit(page)
    assert re.fullmatch(r".*/referrals/[0-9a-z]{26}", page.url), main(worker)[:600]
    return page.url


def press(person, referral, move):
    """A move that needs nothing typed, from the referral's page."""
    person.page.goto(referral)
    submit(person.page, f"/{move}")


def listed(person, referral, address):
    """Whether a list holds the referral, on whichever page."""
    path = referral[referral.index("/referrals/"):]
    person.page.goto(address)
    while True:
        if person.page.locator(f'main a[href="{path}"]').count():
            return True
        after = person.page.locator("main a[rel=next]")
        if not after.count():
            return False
        after.click()
        person.page.wait_for_load_state()


@pytest.mark.parametrize("language,script", [("es", True), ("en", True), ("es", False)])
def test_sender_desk_and_supervisor(person, language, script):
    options = {"language": language, "script": script}
    worker, desk, supervisor, reader = (person(**options) for _ in range(4))
    for one, login in ((worker, "rosa"), (desk, "byron"), (supervisor, "mario"), (reader, "nelly")):
        sign_in(one, login)
    address, name = opened(worker)
    # Nobody to send to before the person agreed.
    worker.page.goto(address + "/referrals/new")
    assert not worker.page.locator("main [name=to]").count()
    consent(worker, address)
    referral = sent(worker, address, "Una familia de tres")
    worker.look("refer-sent")
    assert listed(worker, referral, "/referrals/sent")

    # At the desk it is new: without a name, and in nobody's hands.
    assert listed(desk, referral, "/referrals?show=new")
    desk.page.goto(referral)
    text = main(desk)
    assert CONTACT in text and "Una familia de tres" in text and name not in desk.page.content()
    assert desk.page.goto(address).status == 404
    # A case worker of the desk's agency reads it and answers nothing.
    reader.page.goto(referral)
    assert CONTACT in main(reader) and not reader.page.locator('main a[href$="/accept"]').count()

    # Two want it at once: both have the page open, one is first and the other is told who has it.
    supervisor.page.goto(referral)
    press(desk, referral, "claim")
    submit(supervisor.page, "/claim")
    text = main(supervisor)
    assert say(supervisor, "la tiene en sus manos", "has it in hand") in text and "Byron Apolo" in text
    supervisor.look("refer-claimed")
    assert listed(desk, referral, "/referrals?show=mine") and not listed(desk, referral, "/referrals?show=new")

    # Who leads the desk may take it out of his hands, and gives it back into them.
    supervisor.page.goto(referral + "/hand_over")
    fill(supervisor.page, {"member": supervisor.page.locator("main [name=member]").first.get_attribute("value")})
    submit(supervisor.page)
    assert "Mario Espinosa" in main(supervisor)
    desk.page.goto(referral)
    assert not desk.page.locator('main a[href$="/accept"]').count()
    press(supervisor, referral, "release")

    # A question there and back; the answer on an old page is not taken.
    desk.page.goto(referral + "/ask")
    fill(desk.page, {"note": "¿Viene sola?"})
    submit(desk.page)
    worker.page.goto(referral + "/reply")
    assert "¿Viene sola?" in main(worker)
    desk.page.goto(referral + "/decline")
    fill(desk.page, {"reason": "no_capacity"})
    fill(worker.page, {"note": "Con dos niños."})
    submit(worker.page)
    submit(desk.page)
    changed = say(desk, "Algo cambió desde que usted abrió", "Something changed since you opened")
    assert changed in main(desk)
    desk.page.goto(referral)
    assert "Con dos niños." in main(desk)

    # Accepted, begun, done; a second click on the same button changes nothing.
    desk.page.goto(referral + "/accept")
    fill(desk.page, {"note": "Las esperamos hoy."})
    submit(desk.page)
    assert desk.page.goto(address).status == 200 and name in main(desk)
    supervisor.page.goto(referral + "/accept")
    assert supervisor.page.url == referral, "what was accepted is not accepted again"
    press(desk, referral, "begin")
    assert listed(desk, referral, "/referrals?show=accepted")
    desk.page.goto(referral + "/complete")
    fill(desk.page, {"outcome": "provided", "note": "Seis noches."})
    submit(desk.page)
    desk.page.go_back()
    desk.page.wait_for_load_state()
    if desk.page.url.endswith("/complete") and desk.page.locator('main form[action$="/complete"]').count():
        fill(desk.page, {"outcome": "not_possible"})
        submit(desk.page, "/complete")
    desk.page.goto(referral)
    assert not desk.page.locator("main .moves").count()
    assert desk.page.goto(address).status == 404
    assert listed(desk, referral, "/referrals?show=ended")

    # The answer comes back, once read it is no news any more.
    assert listed(worker, referral, "/referrals/sent?show=news")
    worker.page.goto(referral)
    text = main(worker)
    assert "Seis noches." in text and "Las esperamos hoy." in text
    assert not listed(worker, referral, "/referrals/sent?show=news")


@pytest.mark.parametrize("language,script", [("es", True), ("en", True), ("es", False)])
def test_a_provider_without_an_account(person, language, script):
    options = {"language": language, "script": script}
    worker, provider, stranger = (person(**options) for _ in range(3))
    sign_in(worker, "rosa")
    address, name = opened(worker)
    consent(worker, address)
    referral = sent(worker, address, "Una noche, hoy")
    worker.page.goto(referral + "/give_code")
    submit(worker.page, "/give_code")
    codes = [one.inner_text().strip() for one in worker.page.locator("main .code").all()]
    word, code = next(c for c in codes if re.fullmatch(r"\d{6}", c)), next(c for c in codes if "-" in c)
    worker.look("refer-code")
    # Shown this once: the same form sent again makes no second one.
    worker.page.goto(referral)
    assert code not in worker.page.content() and word not in main(worker)

    # With a wrong word it is as if there were no such code.
    wrong = "000000" if word != "000000" else "000001"
    stranger.page.goto("/r")
    fill(stranger.page, {"code": code, "word": wrong})
    submit(stranger.page, "/r")
    assert stranger.page.locator("main form [name=code]").count() and CONTACT not in main(stranger)
    stranger.look("refer-wrong-word")

    provider.page.goto("/r")
    provider.look("refer-door")
    # As somebody types from paper.
    fill(provider.page, {"code": code.upper().replace("-", " "), "word": f" {word} "})
    submit(provider.page, "/r")
    text = main(provider)
    assert CONTACT in text and "Una noche, hoy" in text and name not in provider.page.content()
    assert code not in provider.page.url and word not in provider.page.url
    provider.look("refer-outside")
    # The file stays shut to whoever has no account.
    assert provider.page.goto(address).url.endswith("/sign-in") or provider.page.locator("[name=login]").count()
    provider.page.goto("/r/accept")
    fill(provider.page, {"note": "La recibimos a las seis."})
    submit(provider.page, "/r/accept")
    # Gone and back with the same code, to say how it went.
    provider.page.goto("/r")
    submit(provider.page, "/r/leave")
    assert CONTACT not in main(provider)
    fill(provider.page, {"code": code, "word": word})
    submit(provider.page, "/r")
    submit(provider.page, "/r/begin")
    provider.page.goto("/r/complete")
    fill(provider.page, {"outcome": "provided", "note": "Durmió aquí."})
    submit(provider.page, "/r/complete")
    assert CONTACT not in main(provider)
    provider.page.goto("/r")
    fill(provider.page, {"code": code, "word": word})
    submit(provider.page, "/r")
    assert CONTACT not in main(provider), "a code opens after the end"

    worker.page.goto(referral)
    text = main(worker)
    assert "La recibimos a las seis." in text and "Durmió aquí." in text
    worker.look("refer-outside-answered")


@pytest.mark.parametrize("language,script", [("es", True), ("en", True), ("es", False)])
def test_the_person_takes_the_consent_back(person, language, script):
    options = {"language": language, "script": script}
    worker, desk, provider = (person(**options) for _ in range(3))
    sign_in(worker, "rosa")
    sign_in(desk, "byron")
    address, name = opened(worker)
    consent(worker, address)
    accepted, waiting = sent(worker, address, "Primera"), sent(worker, address, "Segunda")
    worker.page.goto(waiting + "/give_code")
    submit(worker.page, "/give_code")
    codes = [one.inner_text().strip() for one in worker.page.locator("main .code").all()]
    word, code = next(c for c in codes if re.fullmatch(r"\d{6}", c)), next(c for c in codes if "-" in c)
    provider.page.goto("/r")
    fill(provider.page, {"code": code, "word": word})
    submit(provider.page, "/r")
    assert CONTACT in main(provider)
    desk.page.goto(accepted)
    desk.page.goto(accepted + "/accept")
    submit(desk.page)
    assert desk.page.goto(address).status == 200
    # An answer half typed when it happens.
    desk.page.goto(accepted + "/complete")
    fill(desk.page, {"outcome": "provided", "note": "Lo que se hizo"})
    provider.page.goto("/r/accept")

    # Before the consent goes, it is said what goes with it.
    worker.page.goto(address)
    worker.page.locator('main a[href$="/withdraw"]').first.click()
    worker.page.wait_for_load_state()
    assert MACHALA in main(worker)
    worker.look("refer-consent-back")
    submit(worker.page)

    # Everybody who works with it is told that it ended and why, and sees nothing more.
    submit(desk.page)
    ended = say(desk, "el consentimiento de la persona acabó", "the person's consent ended")
    assert ended in main(desk) and CONTACT not in desk.page.content()
    assert desk.page.goto(address).status == 404
    for referral in (accepted, waiting):
        desk.page.goto(referral)
        assert CONTACT not in desk.page.content() and name not in desk.page.content()
        assert not desk.page.locator("main .moves").count()
        assert desk.page.goto(referral + "/print").status >= 400
    desk.page.goto(accepted)
    desk.look("refer-revoked")
    submit(provider.page, "/r/accept")
    assert CONTACT not in main(provider) and provider.page.locator("main form [name=code]").count()
    fill(provider.page, {"code": code, "word": word})
    submit(provider.page, "/r")
    assert CONTACT not in main(provider)
    assert listed(desk, accepted, "/referrals?show=ended")
    # No new one without a new consent.
    worker.page.goto(address + "/referrals/new")
    assert not worker.page.locator("main [name=to]").count()
