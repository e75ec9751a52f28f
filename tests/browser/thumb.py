"""What a thumb does on a page. Each step ends when the page it leads to is there, so that none is read too early."""

from playwright.sync_api import Locator, Page


def tap(on: Locator) -> None:
    """Touch what leads to another page, and wait for that page."""
    with on.page.expect_navigation():
        on.first.click()


def press(page: Page, name: str) -> None:
    """Send a form by its button."""
    tap(page.get_by_role("button", name=name))


def follow(page: Page, name: str) -> None:
    """Go where a link leads."""
    tap(page.get_by_role("link", name=name))


def fits(page: Page) -> bool:
    """Whether nothing scrolls sideways."""
    page.wait_for_load_state()
    return bool(page.locator("html").evaluate("page => page.scrollWidth <= window.innerWidth"))
