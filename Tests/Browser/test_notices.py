"""What a member is told: the inbox, its count in the page's frame, live and without scripts, and the choices."""

import re
import sqlite3

import pytest

from test_path import fill, sign_in, submit


def count(page):
    return page.locator("[data-notices-count]").first


def make_unread(server):
    """As if two things had just come for the member of the demonstration who chose how to be told: Diana's desk."""
    store = sqlite3.connect(server.data / "amparo.sqlite", timeout=20)
    with store:
        changed = store.execute(
            """UPDATE notices SET read_at = NULL, silent = 0 WHERE id IN (
                 SELECT id FROM notices WHERE member = (SELECT member FROM notice_choices LIMIT 1)
                 ORDER BY at DESC LIMIT 2)""").rowcount
    store.close()
    assert changed == 2


@pytest.mark.parametrize("script", [True, False])
def test_the_inbox_is_counted_and_leads_on(person, server, script):
    make_unread(server)
    desk = person(script=script)
    sign_in(desk, "diana")
    page = desk.page
    before = int(count(page).inner_text())
    assert before >= 2
    page.goto("/notices")
    desk.look("notices")
    page.locator("main form[action$='/open'] button").first.click()
    # To whatever the newest is about.
    page.wait_for_url(re.compile("/(referrals|tips)/"))
    page.goto("/notices")
    assert int(count(page).text_content()) < before


def test_an_open_page_hears_of_it_without_being_loaded_anew(person, server):
    desk = person()
    sign_in(desk, "diana")
    page = desk.page
    other = desk.context.new_page()
    other.goto("/notices")
    if other.locator("main form[action='/notices/read'] button").count():
        other.locator("main form[action='/notices/read'] button").click()
        other.wait_for_load_state()
    page.goto("/account")
    count(page).wait_for(state="hidden", timeout=15_000)
    # Written beside this server, as another one on the same store would.
    make_unread(server)
    count(page).wait_for(state="visible", timeout=15_000)
    assert count(page).inner_text() == "2" and page.url.endswith("/account")
    other.goto("/notices")
    other.locator("main form[action='/notices/read'] button").click()
    other.wait_for_load_state()
    count(page).wait_for(state="hidden", timeout=15_000)


def test_each_chooses_how_to_be_told(person):
    for language in ("es", "en"):
        desk = person(language=language)
        sign_in(desk, "diana")
        page = desk.page
        page.goto("/account")
        page.locator("main a[href='/notices/settings']").first.click()
        desk.look("notices-settings")
        page.locator("[name=until]").fill("")
        submit(page, "/notices/settings")
        assert page.locator(".problems").is_visible()
        fill(page, {"arrived": "page", "from": "21:00", "until": "05:30", "daily": "08:00"})
        submit(page, "/notices/settings")
        page.wait_for_url("**/notices")
        page.goto("/notices/settings")
        assert page.locator("[name=arrived]").input_value() == "page"
        assert page.locator("[name=until]").input_value() == "05:30"
        page.goto("/account/mail")
        desk.look("mail-address")


def test_who_keeps_the_installation_sees_how_mail_stands(person):
    head = person()
    sign_in(head, "ines")
    head.page.goto("/mail")
    head.look("mail")
