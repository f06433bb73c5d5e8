"""Whatever people type about a person is sealed: the path is walked with canaries in every field, and then the store, its
write-ahead log, the server's log, its temporary files and a backup are searched for them."""

import subprocess

from conftest import PROGRAM, ROOT
from test_path import choose_recipient, consent, fill, screen, sign_in, someone_else, submit

CANARY = "canariazul"
# Fields that hold a code, a day or a number.
PLAIN = {"birth", "age", "day", "due", "done", "until", "amount", "code"}


def fill_words(page):
    """A canary into every field for words."""
    for field in page.locator("main form :is(input[type=text], textarea)").all():
        if field.get_attribute("name") not in PLAIN and field.is_visible():
            field.fill(f"{CANARY} {field.get_attribute('name')}")


def found(server):
    """The files that hold a canary, and those that were read."""
    hits, read = [], []
    for file in server.folder.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            read.append((file.name, b"Casa Canario" in content))
            if CANARY.encode() in content.lower():
                hits.append(file.name)
    return hits, read


def test_no_canary_lies_about(person, server):
    worker, desk = person(), person()
    sign_in(worker, "rosa")
    sign_in(desk, "byron")
    page = worker.page
    result = screen(worker, words=fill_words)
    page.goto("/cases/new?screening=" + result.split("/")[-2])
    fill_words(page)
    submit(page)
    if page.locator("input[name=step][value=known]").count():
        someone_else(page)
    fill_words(page)
    fill(page, {"birth": "2001", "kind": "trafficking", "needs": ["housing"]})
    submit(page)
    address = page.url
    assert CANARY in page.locator("main").inner_text()
    for kind in ("contact", "needs", "health", "legal", "narrative"):
        if page.goto(f"{address}/edit/{kind}").status == 200:
            fill_words(page)
            submit(page)
    consent(worker, address)
    page.goto(address + "/referrals/new")
    fill_words(page)
    fill(page, {"need": "shelter", "urgency": "high"})
    choose_recipient(page)
    submit(page)
    referral = page.url
    assert "/referrals/" in referral
    desk.page.goto(referral)
    assert CANARY in desk.page.locator("main").inner_text()
    for one, step in ((desk, "ask"), (worker, "reply"), (desk, "accept")):
        one.page.goto(f"{referral}/{step}")
        fill_words(one.page)
        submit(one.page)
    desk.page.goto(referral + "/complete")
    fill_words(desk.page)
    fill(desk.page, {"outcome": "provided"})
    submit(desk.page)
    page.goto(address + "/services/new")
    fill_words(page)
    fill(page, {"service": "shelter", "outcome": "provided"})
    submit(page)
    page.goto(address + "/follow-ups/new")
    fill_words(page)
    submit(page)
    page.goto("/cases")
    page.locator("#find-name").fill(CANARY)
    page.press("#find-name", "Enter")
    page.wait_for_load_state()
    assert CANARY in page.locator("main").inner_text().lower()
    page.goto(address + "/close")
    fill_words(page)
    fill(page, {"reason": "goals_met"})
    submit(page)

    backup = server.folder / "backup.tar"
    made = subprocess.run(
        [PROGRAM, "backup", str(backup), "--data", str(server.data)], cwd=ROOT, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    hits, read = found(server)
    assert not hits
    # The search itself works: an agency's name is no secret, and is found in the store and in the backup.
    names = {name for name, holds in read if holds}
    assert {"backup.tar"} <= names and names & {"amparo.sqlite", "amparo.sqlite-wal"}, read
    assert {"log", "amparo.sqlite-wal"} <= {name for name, _ in read}
