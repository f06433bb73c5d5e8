"""A radio spot in Kichwa and Spanish with a workshop for journalists: planned, told, held, counted, published; then read by
a journalist who has no account. In both languages."""

import pytest

from test_path import day, fill, sign_in, submit

WORDS = {
    "es": {
        "kit": "Kit de prensa", "counted": "En total contado: 24 personas", "gaps": "A quiénes no se llegó",
        "advice": "Informar sin hacer daño", "wrong": "Termina antes de empezar", "held": "Se hizo",
    },
    "en": {
        "kit": "Media kit", "counted": "Total counted: 24 people", "gaps": "Whom nobody reached",
        "advice": "Reporting without harm", "wrong": "It ends before it begins", "held": "Held",
    },
}


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_campaign_from_plan_to_poster(person, language):
    words = WORDS[language]
    press = person(language=language)
    page = press.page
    sign_in(press, "carlos")
    page.goto("/campaigns")
    assert words["gaps"] in page.locator("main").inner_text()
    press.look("campaigns")

    page.goto("/campaigns/new")
    press.look("campaign-new")
    code = f"cuna-{language}"
    fill(page, {
        "code": code, "name_es": "Cuña de prueba", "name_en": "Spot to try", "aim_es": "Que se sepa qué preguntar",
        "aim_en": "So that people know what to ask", "audiences": ["media", "communities"], "channels": ["radio"],
        "from": day(-20), "until": day(-25), "provinces": ["EC-U"], "lead": "oim", "public": "yes",
    })
    submit(page)
    # What was wrong stands beside its field, and nothing typed is lost.
    assert words["wrong"] in page.locator("main").inner_text()
    assert page.locator("input[name=name_es]").input_value() == "Cuña de prueba"
    press.look("campaign-wrong")
    fill(page, {"until": day(20)})
    submit(page)
    campaign = page.url
    for spoken, said in (("qu", "Yuyaylla"), ("es", "Pregunte quién paga el viaje.")):
        page.goto(f"{campaign}/messages/{spoken}")
        fill(page, {"words": said})
        submit(page)
    assert page.locator("main [lang=qu]").inner_text() == "Yuyaylla"

    page.locator("main a[href*='/campaigns/events/new']").click()
    fill(page, {
        "kind": "workshop", "name_es": "Taller de prueba", "name_en": "Workshop to try", "audiences": ["media"],
        "day": day(-1), "place": "Auditorio municipal",
    })
    submit(page)
    event = page.url
    press.look("campaign-event")
    page.goto(event + "/report")
    press.look("campaign-event-report")
    fill(page, {"state": "held", "number": "24", "method": "signatures", "source": "Hoja de firmas 1"})
    submit(page)
    assert words["held"] in page.locator("main").inner_text()
    page.goto(campaign)
    assert words["counted"] in page.locator("main").inner_text()
    press.look("campaign")
    page.goto(campaign + "/reach")
    press.look("campaign-reach")
    page.goto("/campaigns/materials/new")
    press.look("campaign-material")

    # The poster's short address.
    page.goto(campaign)
    page.locator("main a[href*='/campaigns/links/new']").click()
    fill(page, {"code": code, "title": "Afiche de prueba"})
    submit(page)
    assert page.locator("main svg.qr").is_visible()
    press.look("campaign-link")

    # A journalist without an account, on a small telephone.
    reader = person(language=language)
    paper = reader.page
    paper.goto(f"/c/{code}")
    assert paper.url.endswith(f"/{language}/campaigns/{code}")
    assert paper.locator("main [lang=qu]").inner_text() == "Yuyaylla"
    reader.look("public-campaign")
    paper.goto(f"/{language}/campaigns")
    reader.look("public-campaigns")
    paper.goto(f"/{language}/media-kit")
    assert words["kit"] in paper.locator("h1").inner_text()
    assert words["advice"] in paper.locator("main").inner_text()
    reader.look("media-kit")
    assert not reader.context.cookies()
