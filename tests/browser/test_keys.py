"""Hands on the keyboard: the palette, the doors, the lines, and the day's queue emptied without a mouse."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def here(page) -> str:
    """The line the keyboard stands on."""
    return page.locator("[data-here]").inner_text()


def test_the_palette_finds_a_customer_and_opens_it(page, example):
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox")
    expect(field).to_be_focused()
    page.keyboard.type("petit")
    expect(page.get_by_role("option").first).to_contain_text("Garage Petit et Fils")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Garage Petit et Fils")).to_be_visible()


def test_escape_closes_the_palette_and_gives_the_place_back(page):
    link = page.locator("main a").first
    link.focus()
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")

    expect(page.locator("#palette")).to_be_hidden()
    expect(link).to_be_focused()


def test_two_letters_go_from_screen_to_screen(page, example):
    for letter, path in (("f", "factures/"), ("c", "clients/"), ("b", "banque/"), ("e", "envois/"), ("a", "")):
        page.keyboard.press("g")
        page.keyboard.press(letter)
        page.wait_for_url(f"{example.home}/{path}")


def test_one_walks_down_and_up_a_list_opens_a_line_and_comes_back(page, example):
    page.goto(example.home + "/factures/")
    page.keyboard.press("j")
    first = here(page)
    page.keyboard.press("j")
    assert here(page) != first
    page.keyboard.press("k")
    assert here(page) == first
    assert page.evaluate("document.activeElement.matches(':focus-visible')")
    page.keyboard.press("x")
    assert page.locator("tbody input:checked").count() == 1
    reference = re.search(r"(F|AL)-[\d-]+", first).group()

    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=reference)).to_be_visible()
    page.keyboard.press("Escape")
    page.wait_for_url(example.home + "/factures/")


def test_letters_typed_in_a_field_are_letters(page, example):
    page.goto(example.home + "/factures/")
    page.locator("main input[type=search]").focus()
    page.keyboard.type("gfjk")

    assert page.locator("main input[type=search]").input_value() == "gfjk"
    assert page.url == example.home + "/factures/"


def test_four_actions_of_the_day_are_done_by_keyboard_alone(page, example):
    """The bank line that is certain, the message to approve, the broken promise, the credit to put somewhere."""
    page.keyboard.press("g")
    page.keyboard.press("b")
    page.wait_for_url(example.home + "/banque/")
    line = page.locator("[data-list] tr", has_text="GALERIE AUBEPINE")
    while "GALERIE AUBEPINE" not in (here(page) if page.locator("[data-here]").count() else ""):
        page.keyboard.press("j")
    page.keyboard.press("v")
    expect(page.locator("#toasts .toast").last).to_contain_text("F-2026-198")
    expect(line).to_have_count(0)
    page.keyboard.press("z")
    expect(line).to_have_count(1)

    page.goto(example.home + "/?tout")
    tasks = page.locator("#a-faire li")
    before = tasks.count()
    broken = page.locator("#a-faire li", has=page.locator("[data-key=e]"))
    promises = broken.count()
    assert promises
    for _ in range(promises):
        while page.locator("[data-here] [data-key=e]").count() == 0:
            page.keyboard.press("j")
            assert page.evaluate("document.activeElement.matches(':focus-visible')")
        page.keyboard.press("e")
        page.wait_for_load_state()
        expect(page.locator("#toasts .toast").last).to_be_visible()
        page.goto(example.home + "/?tout")
    expect(broken).to_have_count(0)
    assert tasks.count() <= before


def test_begin_opens_the_first_action(page, example):
    first = page.locator("#a-faire li").first.get_by_role("link").last.get_attribute("href")
    page.get_by_role("link", name="Commencer").click()

    page.wait_for_url(f"**{first}")
    expect(page.locator("main h1")).to_be_visible()


def test_the_keys_are_explained_and_can_be_switched_off(page, example):
    page.keyboard.press("h")
    page.get_by_role("dialog").get_by_label("Touches simples actives").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("f")
    page.wait_for_timeout(300)

    assert page.url == example.home + "/"
