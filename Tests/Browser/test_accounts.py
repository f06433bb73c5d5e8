"""The pages that no link leads to: a colleague is invited, joins by the link, keeps the code, turns the second step on,
loses the password, comes back with the code, and is released. And what a session that ended says."""

import base64
import hashlib
import hmac
import re
import struct
import time

import pytest

from test_path import fill, sign_in, submit

FIRST, SECOND = "una frase larga y buena", "otra frase larga y buena"


def digits(secret, further=0):
    """RFC 6238: what an authenticator shows, now or in so many half minutes."""
    step = int(time.time()) // 30 + further
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack(">Q", step), hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at:at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def type_password(page, password, **fields):
    """Fills every field for a password, and those named."""
    fill(page, fields)
    for field in page.locator("main input[type=password]").all():
        field.fill(password)


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_colleague_joins_and_leaves(person, language):
    login = f"nina.{language}"
    head = person(language=language)
    sign_in(head, "ana")
    page = head.page
    page.goto("/members/invite")
    fill(page, {"name": "Nina Inventada", "login": login, "roles": ["case_worker"]})
    submit(page)
    head.look("invitation-link")
    link = "/invitation/" + re.search(r"/invitation/([\w-]{43})", page.content()).group(1)

    new = person(language=language)
    own = new.page
    own.goto(link)
    if own.locator("html").get_attribute("lang") != language:
        own.locator(f"a[hreflang={language}]").first.click()
    new.look("invitation")
    type_password(own, "corta")
    submit(own)
    new.look("invitation-refused")
    type_password(own, FIRST)
    submit(own)
    code = own.locator(".once .code").inner_text()
    new.look("recovery-code")
    assert own.goto(link).status < 500
    type_password(own, FIRST)
    submit(own)
    new.look("invitation-used")

    sign_in(new, login, FIRST)
    own.goto("/account/second-step")
    new.look("second-step")
    secret = re.search(r"secret=([A-Z2-7]+)", own.content()).group(1)
    fill(own, {"digits": digits(secret)})
    submit(own)
    new.look("second-codes")

    # The password is lost; the printed code opens, and the second step stays.
    back = person(language=language)
    own = back.page
    own.goto("/recover")
    if own.locator("html").get_attribute("lang") != language:
        own.locator(f"a[hreflang={language}]").first.click()
    type_password(own, SECOND, login=login, code="0000")
    submit(own)
    back.look("recovery-refused")
    type_password(own, SECOND, login=login, code=code)
    submit(own)
    back.look("recovery-new-code")
    own.goto("/sign-in")
    type_password(own, SECOND, login=login)
    own.press("input[name=password]", "Enter")
    own.wait_for_selector("[name=second_factor]")
    back.look("sign-in-second-step")

    # The head releases her; her sessions end at once.
    page.goto("/members")
    # In the other language's run a Nina joined and left before.
    row = page.locator("main li, main tr", has_text="Nina Inventada").filter(has=page.locator("a[href$='/leave']"))
    address = row.locator("a[href$='/leave']").get_attribute("href")
    page.goto(address.replace("/leave", "/restore"))
    head.look("member-restore")
    page.goto(address)
    head.look("member-leave")
    assert "Nina Inventada" in page.locator("main").inner_text()
    submit(page)
    new.page.goto("/cases")
    new.look("session-ended")
    assert new.page.locator("input[name=password]").count() == 1


def test_what_is_not_there_says_so(person):
    one = person()
    sign_in(one, "rosa")
    for address, status in (("/nothing-here", 404), ("/cases/" + "0" * 26, 404), ("/agencies", 403)):
        assert one.page.goto(address).status == status
        one.look(f"problem-{status}")
