"""Every page that a link leads to, as each member of the demonstration finds it: it fits a phone, loads nothing from
elsewhere, and holds no serious barrier."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error

from conftest import NARROW, WIDE
from test_path import sign_in

# The courses are alike: one of each kind of page stands for all.
COURSE = re.compile(r"(courses|lessons|slides|agendas)/[^/]+")
ID = re.compile(r"[0-9a-hjkmnp-tv-z]{26}|[A-Za-z0-9_-]{43}")
LOGINS = ["ines", "marta", "jorge", "rosa", "byron", "carlos", "andres", "teresa", "lucia"]
# These end the visit, change the language, or lead to the app that has tests of its own.
LEAVING = ("/language/", "/sign-out", "/assets/", "/campo/")


def kind(address):
    """The page's kind: its address without what differs from one thing to the next."""
    return COURSE.sub(r"\1/:one", ID.sub(":id", address.split("?")[0].split("#")[0]))


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("login", ["-"] + LOGINS)
def test_every_page_that_a_link_leads_to(person, login, language):
    visitor = person(language=language)
    page = visitor.page
    if login == "-":
        page.goto("/")
        if page.locator("html").get_attribute("lang") != language:
            page.locator(f"a[hreflang={language}]").first.click()
    else:
        sign_in(visitor, login)
    seen, waiting = set(), ["/", "/sign-in"] if login == "-" else ["/"]
    # The public pages have an address of their own in each language.
    other = "/en" if language == "es" else "/es"
    while waiting and len(seen) < 60:
        address = waiting.pop(0)
        if kind(address) in seen:
            continue
        seen.add(kind(address))
        if address.endswith((".json", ".atom")):
            # A browser's own view of it breaks the site's rules for styles.
            assert page.request.get(address).status < 400, kind(address)
            continue
        try:
            answer = page.goto(address)
        except Error as error:
            # A file that is taken along is no page.
            if "Download is starting" not in str(error):
                raise
            assert page.request.get(address).status < 400, kind(address)
            continue
        assert answer.status < 400, f"{kind(address)} answers {answer.status}"
        if "text/html" not in answer.headers["content-type"]:
            continue
        assert page.locator("html").get_attribute("lang") == language, kind(address)
        for size in (WIDE, NARROW):
            page.set_viewport_size(size)
            overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert overflow <= 0, f"{kind(address)} at {size['width']}: {overflow} px wider than the screen"
        found = Axe().run(page).response["violations"]
        serious = [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found if v["impact"] in ("serious", "critical")]
        assert not serious, f"{kind(address)}: " + "; ".join(serious)
        assert "⟦" not in page.content(), f"{kind(address)}: a text is missing"
        # The same page in another language is another walk.
        links = page.locator("a[href^='/']:not([download]):not([hreflang])")
        for link in links.evaluate_all("l => l.map(e => e.getAttribute('href'))"):
            if link == other or link.startswith(other + "/"):
                continue
            if not link.startswith(LEAVING) and kind(link) not in seen:
                waiting.append(link)
    assert len(seen) >= (2 if login == "-" else 3), seen
