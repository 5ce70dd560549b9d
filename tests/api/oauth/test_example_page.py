"""The example page in a real browser: sign up, sign in, at Google, refresh, sign out."""

import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from tests.api.oauth.conftest import OAuthWorld
from tests.api.oauth.test_other_companies import letter_code, newcomer, sign_up
from tests.api.world import new_email
from tests.support.oauth import PASSWORD, challenge_of, new_verifier, wish_json
from tests.support.skipping import skip_loudly

# The database's part is tested by operations.
pytestmark = pytest.mark.nightly("postgres")

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
PHONE = {"width": 375, "height": 667}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser without a screen, or a loud skip."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        skip_loudly("Chromium is not installed: the sign-in page was not tried in a browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def example(oauth_world: OAuthWorld) -> str:
    """The address of the page, registered."""
    url = f"{oauth_world.server.url}/docs/sign-in-example"
    words = ("sign-in-example", "--name", "The example page", "--redirect-uri", url)
    wish_json(oauth_world.server, "client", "add", *words)
    return url


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A phone, which complains of everything that is wrong with a page."""
    opened = chromium.new_context(viewport=PHONE)  # type: ignore[arg-type]
    complaints: list[str] = []
    opened.on("weberror", lambda error: complaints.append(str(error.error)))
    opened.on("console", lambda message: complaints.extend(_unexpected(message.text)))
    opened.on("request", lambda request: complaints.extend(_foreign(request)))
    yield opened
    opened.close()
    assert complaints == []


def _unexpected(message: str) -> list[str]:
    # A page that says what was wrong has a status that says so too.
    return [] if "responded with a status of 4" in message else [message]


def _foreign(request: Request) -> list[str]:
    is_here = urlsplit(request.url).hostname in {"127.0.0.1", None}
    return [] if is_here else [f"asked elsewhere: {request.url}"]


def go_and_sign_in(page: Page, example: str) -> None:
    page.goto(example)
    page.get_by_role("button", name="Sign in or sign up").click()
    page.get_by_role("heading", name="Sign in").wait_for()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"], "The page is wider than a phone."


def fill_in_person(page: Page) -> None:
    page.get_by_label("First name").fill("Ada")
    page.get_by_label("Last name").fill("Lovelace")
    page.get_by_label("Birthday").fill("1990-12-10")


def expect_signed_in(page: Page, example: str, address: str) -> None:
    page.get_by_text(f"Signed in as {address}.").wait_for()
    assert page.url == example, "The code stays in the address."


def test_a_whole_visit(here: OAuthWorld, context: BrowserContext, example: str) -> None:
    page, address = context.new_page(), new_email("paula")

    go_and_sign_in(page, example)
    page.get_by_text("New here? Create an account").click()
    fill_in_person(page)
    page.get_by_label("E-mail address", exact=True).fill(address)
    page.get_by_label("Password, 8 characters or more").fill(PASSWORD)
    page.get_by_role("button", name="Create my account").click()
    page.get_by_role("heading", name="One more step").wait_for()
    page.get_by_label("Code").fill(letter_code(here, address))
    page.get_by_role("button", name="Go on").click()
    expect_signed_in(page, example, address)

    before = page.evaluate("sessionStorage.getItem('tokens')")
    page.get_by_role("button", name="Refresh the tokens").click()
    page.wait_for_function("before => sessionStorage.getItem('tokens') !== before", arg=before)
    expect_signed_in(page, example, address)
    page.reload()
    expect_signed_in(page, example, address)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_text("Nobody is signed in.").wait_for()

    go_and_sign_in(page, example)
    page.get_by_label("E-mail address or user name").fill(address)
    page.get_by_label("Password", exact=True).fill("not this one")
    page.get_by_role("button", name="Sign in", exact=True).click()
    assert page.get_by_role("alert").inner_text() == "The name or the password is wrong"
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect_signed_in(page, example, address)
    assert page.evaluate("document.cookie") == ""


def test_a_password_is_forgotten(here: OAuthWorld, context: BrowserContext, example: str) -> None:
    page, address = context.new_page(), new_email("paula")
    sign_up(here, address)

    go_and_sign_in(page, example)
    page.get_by_text("Forgotten your password?").click()
    page.get_by_label("Your account's e-mail address").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code").fill(letter_code(here, address).lower())
    page.get_by_label("New password").fill(PASSWORD + " and dry")
    page.get_by_role("button", name="Go on").click()
    assert page.get_by_role("status").inner_text().startswith("Your password is changed.")
    page.get_by_label("Password", exact=True).fill(PASSWORD + " and dry")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect_signed_in(page, example, address)


@pytest.mark.parametrize("company", ["Google", "Facebook"])
def test_a_visit_by_way_of_another_company(
    here: OAuthWorld, context: BrowserContext, example: str, company: str
) -> None:
    _, address = newcomer(here)
    page = context.new_page()

    go_and_sign_in(page, example)
    page.get_by_role("button", name=f"Continue with {company}").click()
    page.get_by_role("button", name=address).click()
    page.get_by_text("No account is connected with that yet").wait_for()
    fill_in_person(page)
    page.get_by_role("button", name="Create my account").click()
    if company == "Facebook":
        page.get_by_label("Code").fill(letter_code(here, address))
        page.get_by_role("button", name="Go on").click()
    expect_signed_in(page, example, address)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_text("Nobody is signed in.").wait_for()

    go_and_sign_in(page, example)
    page.get_by_role("button", name=f"Continue with {company}").click()
    page.get_by_role("button", name=address).click()
    expect_signed_in(page, example, address)


def test_cancelling_and_going_on(here: OAuthWorld, context: BrowserContext, example: str) -> None:
    page = context.new_page()

    go_and_sign_in(page, example)
    page.get_by_role("button", name="Continue with Google").click()
    page.get_by_role("button", name="Cancel").click()
    assert page.get_by_role("alert").inner_text() == "You did not sign in at Google"
    page.get_by_label("E-mail address or user name").fill(here.ada)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect_signed_in(page, example, here.ada)


def test_a_code_for_another_tab_is_not_taken(context: BrowserContext, example: str) -> None:
    page = context.new_page()

    page.goto(f"{example}?code=wac_forged&state=forged&iss=https://evil.example")

    page.get_by_text("That was not for this page.").wait_for()
    assert page.url == example


def test_the_sign_in_page_needs_no_script(
    here: OAuthWorld, chromium: Browser, example: str
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    question = {
        "response_type": "code",
        "client_id": "sign-in-example",
        "redirect_uri": example,
        "code_challenge": challenge_of(new_verifier()),
        "code_challenge_method": "S256",
    }
    page.goto(
        f"{here.server.url}/oauth/authorize?"
        + "&".join(f"{name}={value}" for name, value in question.items())
    )
    page.get_by_label("E-mail address or user name").fill(here.ada)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()

    page.get_by_role("heading", name="Sign in from your front end").wait_for()
    assert "code=wac_" in page.url
    context.close()
