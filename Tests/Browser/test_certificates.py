"""A certificate from the printer to somebody who has no network: the QR code of the PDF is read as a camera reads it, and
the page that verifies says what holds. In both languages."""

import re
import subprocess

import pytest

from conftest import ROOT
from test_path import sign_in, submit

WORDS = {
    "es": {"valid": "Válido", "altered": "fue cambiado", "revoked": "fue anulado", "malformed": "no es un certificado"},
    "en": {"valid": "Valid", "altered": "it was changed", "revoked": "it was withdrawn", "malformed": "not a certificate"},
}


def scanned(pdf, folder):
    """What a camera reads from the first page."""
    (folder / "paper.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "200", "-png", "-singlefile", folder / "paper.pdf", folder / "paper"], check=True)
    read = subprocess.run(["zbarimg", "--quiet", "--raw", folder / "paper.png"], capture_output=True, text=True)
    return read.stdout.strip()


def verdict(page):
    page.wait_for_selector("[data-part=result]:not([hidden])")
    return page.locator("[data-part=result]").get_attribute("data-verdict")


def paste(page, text):
    """Pastes and waits for the answer to this text."""
    page.evaluate("document.querySelector('[data-part=result]').hidden = true")
    page.locator("#credential").fill(text)
    page.locator("[data-part=form] button").click()
    return verdict(page)


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_certificate_is_verified_without_a_network(person, browser, server, language, tmp_path):
    words = WORDS[language]
    trainer = person(language=language)
    sign_in(trainer, "teresa")
    page = trainer.page
    page.goto("/training")
    groups = set(re.findall(r"/training/([0-9a-z]{26})", page.content()))
    for group in sorted(groups):
        page.goto(f"/training/{group}/certificates")
        certificates = page.locator("tbody th a")
        if certificates.count() > 3:
            break
    trainer.look("training-certificates")
    # Each language takes back another one.
    certificate = certificates.nth(0 if language == "es" else 1).get_attribute("href")
    number = certificate.rsplit("/", 1)[1]
    fetch = trainer.context.request.get
    whole = fetch(f"/training/{group}/papers/letter")
    assert whole.status == 200 and whole.body().startswith(b"%PDF-")
    assert b"Pages: " in subprocess.run(
        ["sh", "-c", "pdfinfo - | grep Pages | tr -s ' '"], input=whole.body(), capture_output=True).stdout
    pdf = fetch(certificate + "/file/a4").body()
    code = scanned(pdf, tmp_path)
    assert "/verify#" in code and len(code) <= 1100
    payload = code.split("#")[1]
    badge = fetch(certificate + "/file/json").text()
    jwt = fetch(certificate + "/file/jwt").text()
    page.goto(certificate)
    trainer.look("training-certificate-sheet")

    reader = person(language=language)
    own = reader.page
    own.goto("/verify")
    reader.look("verify")
    reader.context.set_offline(True)
    own.evaluate("(code) => { location.hash = code }", payload)
    assert verdict(own) == "valid"
    assert words["valid"] in own.locator("[data-part=verdict]").inner_text()
    assert number in own.locator("[data-part=facts]").inner_text()
    assert own.locator("[data-part=warnings] li").count() == 0
    reader.look("verify-valid")
    assert paste(own, code) == "valid"
    assert paste(own, badge) == "valid"
    assert paste(own, jwt) == "valid"
    # One sign changed, wherever it stands.
    for place in (0, 40, 150, 300, len(payload) - 1):
        flipped = payload[:place] + ("A" if payload[place] != "A" else "B") + payload[place + 1:]
        assert paste(own, flipped) in ("altered", "malformed", "unknown_issuer"), place
    assert paste(own, badge.replace("3 de 3", "9 de 9")) == "altered"
    assert words["altered"] in own.locator("[data-part=verdict]").inner_text()
    # What nobody vouches for is not repeated.
    assert own.locator("[data-part=facts]").inner_text() == ""
    reader.look("verify-altered")
    assert paste(own, "hola") == "malformed"
    reader.context.set_offline(False)

    def saved(name):
        """The page as one file, opened from a disk on a machine without a network."""
        file = tmp_path / name
        file.write_bytes(fetch("/verify.html").body())
        context = browser.new_context(offline=True, viewport={"width": 360, "height": 780})
        sheet = context.new_page()
        problems = []
        sheet.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
        sheet.on("pageerror", lambda e: problems.append(str(e)))
        sheet.goto(f"file://{file}#{payload}")
        return context, sheet, problems

    context, sheet, problems = saved("before.html")
    assert verdict(sheet) == "valid"
    sheet.locator(f"[data-say={language}]").click()
    assert words["valid"] in sheet.locator("[data-part=verdict]").inner_text()
    assert paste(sheet, "hola") == "malformed"
    assert words["malformed"] in sheet.locator("[data-part=verdict]").inner_text()
    sheet.evaluate("document.querySelector('[data-part=result]').hidden = true")
    sheet.locator("#credential-file").set_input_files(tmp_path / "paper.pdf")
    assert verdict(sheet) == "valid"
    assert not problems
    context.close()

    page.goto(certificate + "/withdraw")
    trainer.look("training-certificate-withdraw")
    submit(page)
    trainer.look("training-certificate-withdraw-empty")
    page.locator("input[value=wrong_name]").check()
    submit(page)
    assert number[:5] in page.locator("section.card").inner_text()
    trainer.look("training-certificates-withdrawn")

    own.goto("/verify#" + payload)
    own.reload()
    assert verdict(own) == "revoked"
    assert words["revoked"] in own.locator("[data-part=verdict]").inner_text()
    own.goto("/certificate/" + number)
    assert own.locator(".notice.bad").count() == 1
    reader.look("certificate-withdrawn")
    context, sheet, problems = saved("after.html")
    assert verdict(sheet) == "revoked" and not problems
    context.close()


def test_no_changed_bit_is_valid_in_a_browser(person):
    """The page's own code and the command line read the same certificates of an earlier day, and no other ones."""
    files = {f.name: f.read_text().strip() for f in (ROOT / "Tests/Certificates").iterdir()}
    reader = person()
    reader.page.goto("/certificate")
    counts = reader.page.evaluate(
        """async (files) => {
          const { check } = await import("/assets/certificates.js");
          const [keys, revoked] = [JSON.parse(files["keys.json"]).keys, JSON.parse(files["revoked.json"])];
          const at = 1205500000;
          const counts = {};
          for (const name of ["badge.json", "badge.jwt", "badge.qr"]) {
            const bytes = new TextEncoder().encode(files[name]);
            const asks = [[{ keys, revoked: null }, at], [{ keys, revoked }, at], [{ keys: [], revoked }, at],
              [{ keys, revoked: null }, 1300000000], [{ keys, revoked: null }, 1]];
            const answers = [];
            for (const [trust, now] of asks) answers.push((await check(files[name], trust, now)).verdict);
            let valid = 0;
            for (let place = 0; place < bytes.length; place++) {
              for (let bit = 0; bit < 8; bit++) {
                bytes[place] ^= 1 << bit;
                const text = new TextDecoder().decode(bytes);
                if ((await check(text, { keys, revoked: null }, at)).verdict === "valid") valid++;
                bytes[place] ^= 1 << bit;
              }
            }
            counts[name] = [answers.join(" "), valid];
          }
          return counts;
        }""", files)
    for name, (answers, valid) in counts.items():
        assert answers == "valid revoked unknown_issuer expired not_yet_valid", name
        assert valid == 0, name
