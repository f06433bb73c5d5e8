"""The public site: every page of the sitemap in both languages, as a person in need on an old phone finds it, a search
engine, somebody without a mouse, without JavaScript, or with somebody looking over the shoulder."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from conftest import NARROW, WIDE

SMALLEST = {"width": 320, "height": 640}


def addresses(page, language):
    """The pages of the sitemap in one language, and those of the site's own that are not in it."""
    text = page.request.get("/sitemap.xml").text()
    found = re.findall(r"<loc>https?://[^/<]+(/[^<]*)</loc>", text)
    mine = [path for path in found if path == f"/{language}" or path.startswith(f"/{language}/")]
    assert mine, "the sitemap names no page"
    # Long archives are alike.
    kinds = {}
    for path in mine:
        kinds.setdefault("/".join(path.split("/")[:3]), []).append(path)
    # In a language of which there is only a part, one searches in Spanish.
    own = ["search", "none"] if language in ("es", "en") else ["none"]
    return [path for paths in kinds.values() for path in paths[:4]] + [f"/{language}/{name}" for name in own]


@pytest.mark.parametrize("language", ["es", "en", "fr", "pt"])
def test_every_public_page(person, language):
    visitor = person(language=language)
    page = visitor.page
    for path in addresses(page, language):
        answer = page.goto(path)
        assert answer.status == (404 if path.endswith("/none") else 200), path
        assert "set-cookie" not in answer.headers, path
        assert page.locator("html").get_attribute("lang") == language, path
        assert page.locator("h1").count() == 1, path
        assert page.locator("[data-quick-exit]").is_visible(), path
        assert "⟦" not in page.content() and "{{" not in page.content(), path
        for size in (SMALLEST, WIDE, NARROW):
            page.set_viewport_size(size)
            overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert overflow <= 0, f"{path} at {size['width']}: {overflow} px wider than the screen"
            if size is not SMALLEST:
                found = Axe().run(page).response["violations"]
                serious = [
                    f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found if v["impact"] in ("serious", "critical")
                ]
                assert not serious, f"{path} at {size['width']}: " + "; ".join(serious)
    assert visitor.context.cookies() == []


@pytest.mark.parametrize("language", ["es", "en"])
def test_help_is_on_the_first_screen(person, language):
    visitor = person(language=language)
    page = visitor.page
    page.goto("/")
    assert page.url.endswith(f"/{language}")
    visitor.look("public-front")
    first = page.locator("a.call").first
    assert first.get_attribute("href") == "tel:911"
    place = first.bounding_box()
    assert place["y"] + place["height"] <= NARROW["height"], "the number to call is below the first screen"
    # Big enough for a shaking thumb.
    for target in page.locator("a.call, .ways a").all():
        box = target.bounding_box()
        assert box["height"] >= 60 and box["width"] >= 200
    # What leads on is there.
    for link in page.locator("main a[href^='/']").evaluate_all("l => l.map(e => e.getAttribute('href'))"):
        assert page.request.get(link).status == 200, link


@pytest.mark.parametrize("script", [True, False])
def test_quick_exit_leaves_no_way_back(person, script):
    visitor = person(script=script)
    page = visitor.page
    page.route("https://www.wikipedia.org/", lambda route: route.fulfill(status=200, body="elsewhere"))
    page.goto("/es/search")
    page.goto("/es")
    page.locator("[data-quick-exit]").click()
    page.wait_for_url("https://www.wikipedia.org/")
    if script:
        # What comes back is not the page that was left.
        page.go_back()
        assert page.url.endswith("/es/search")
    visitor.foreign.clear()


def test_escape_twice_leaves(person):
    visitor = person()
    page = visitor.page
    page.route("https://www.wikipedia.org/", lambda route: route.fulfill(status=200, body="elsewhere"))
    page.goto("/es")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_url("https://www.wikipedia.org/")
    visitor.foreign.clear()


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_keyboard_leads_to_the_content(person, language):
    visitor = person(language=language, size=WIDE)
    page = visitor.page
    page.goto(f"/{language}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    assert page.evaluate("document.activeElement.getAttribute('href')").startswith("tel:")


@pytest.mark.parametrize("language,word", [("es", "PELIGRO"), ("en", "danger")])
def test_search_stays_out_of_the_history(person, language, word):
    visitor = person(language=language, size=WIDE)
    page = visitor.page
    page.goto(f"/{language}")
    page.wait_for_load_state("networkidle")
    before = page.evaluate("history.length")
    page.fill("#header-search", word)
    page.press("#header-search", "Enter")
    page.wait_for_selector("main mark")
    assert "q=" not in page.url and page.evaluate("history.length") == before
    assert page.evaluate("document.activeElement.hasAttribute('data-search-said')")
    # Once more, in the form of the results.
    page.fill("#q", "zzzz")
    page.press("#q", "Enter")
    page.locator("main mark").first.wait_for(state="detached")
    assert "q=" not in page.url
    page.fill("#q", word)
    page.press("#q", "Enter")
    page.wait_for_selector("main mark")
    page.locator("main ol a").first.click()
    page.wait_for_load_state()
    assert page.url.endswith(f"/{language}")


@pytest.mark.parametrize("language,word", [("es", "peligro"), ("en", "danger")])
def test_everything_works_without_javascript(person, language, word):
    visitor = person(language=language, script=False)
    page = visitor.page
    page.goto(f"/{language}")
    page.locator(".to-search a").click()
    assert page.locator("noscript").count() == 1
    page.fill("#q", word)
    page.press("#q", "Enter")
    page.wait_for_url("**/search?q=*")
    assert page.locator("main mark").count() >= 1
    other = "en" if language == "es" else "es"
    page.locator(f".languages a[hreflang={other}]").click()
    assert page.locator("html").get_attribute("lang") == other


@pytest.mark.parametrize("language", ["es", "en"])
def test_what_search_engines_and_shared_links_get(person, language):
    page = person(language=language).page
    for path in addresses(page, language)[:12]:
        if path.endswith(("/search", "/none")):
            continue
        answer = page.goto(path)
        assert "x-robots-tag" not in answer.headers and page.locator("meta[name=robots]").count() == 0, path
        for data in page.locator("script[type='application/ld+json']").all_text_contents():
            assert json.loads(data)["@context"] == "https://schema.org", path
        card = page.locator("meta[property='og:image']").get_attribute("content")
        picture = page.request.get(re.sub(r"^https?://[^/]+", "", card))
        assert picture.status == 200 and picture.body()[:4] == b"\x89PNG", path
        assert page.locator("meta[name=description]").get_attribute("content").strip(), path
    robots = page.request.get("/robots.txt").text()
    assert "Allow: /es/" in robots and "Sitemap: " in robots


def test_it_prints_on_paper(person):
    visitor = person(size=WIDE)
    page = visitor.page
    page.goto("/es")
    page.emulate_media(media="print")
    for gone in (".menu", ".public-search", "[data-quick-exit]", ".languages"):
        assert not page.locator(gone).first.is_visible(), gone
    assert page.locator("a.call").first.is_visible() and page.locator(".print-only").is_visible()
