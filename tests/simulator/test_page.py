"""The page for people."""

import re
from collections.abc import Callable

import pytest
import requests

from metapixel_simulator import Business, Simulator
from tests.simulator.conftest import Api
from tests.support.example import HARBOUR, NORTHLIGHT, NORTHLIGHT_ACCOUNT, OWNER, PIXEL

Page = Callable[..., str]


@pytest.fixture
def page(sim: Simulator) -> Page:
    def read(**query: str) -> str:
        return requests.get(sim.page_url, params=query, timeout=10).text

    return read


@pytest.fixture
def asked(api: Api) -> str:
    request: str = api.share(PIXEL, HARBOUR, "ANALYZE")["pending_request_id"]
    return request


def test_a_browser_at_the_root_is_led_to_the_page(sim: Simulator) -> None:
    answer = requests.get(sim.url, headers={"Accept": "text/html,*/*"}, timeout=10)

    assert answer.url == sim.page_url
    assert "<h1>" in answer.text


def test_a_program_at_the_root_gets_json(sim: Simulator) -> None:
    assert "error" in requests.get(sim.url, timeout=10).json()


@pytest.mark.parametrize(("button", "status"), [("accept", "APPROVE"), ("decline", "DECLINE")])
def test_a_recipient_answers_with_a_button(
    sim: Simulator, asked: str, button: str, status: str
) -> None:
    form = {"request": asked, "answer": button, "business": HARBOUR}

    answer = requests.post(f"{sim.page_url}/answer", data=form, timeout=10)

    assert sim.request(asked).status == status
    assert answer.url == f"{sim.page_url}?business={HARBOUR}"
    assert "No request waits for an answer." in answer.text


def test_the_buttons_send_what_the_page_takes(page: Page, asked: str) -> None:
    text = page(business=HARBOUR)

    assert 'action="/_page/answer"' in text
    assert f'name="request" value="{asked}"' in text
    assert 'name="answer" value="accept"' in text
    assert "Acme Outdoor wants to share with Harbour Performance" in text


def test_the_owner_sees_its_request_without_buttons(page: Page, asked: str) -> None:
    text = page(business=OWNER)

    assert "has to accept" in text
    assert "<button" not in text


def test_others_do_not_see_the_request(page: Page, asked: str) -> None:
    assert asked not in page(business=NORTHLIGHT)


def test_who_has_access_is_shown_with_tasks_and_ad_accounts(sim: Simulator, page: Page) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ADVERTISE"])
    sim.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)

    text = " ".join(re.sub(r"<[^>]+>", " ", page()).split())

    assert re.search(r"Acme web shop .*Northlight Media .*ADVERTISE .*Northlight for Acme", text)


def test_a_share_is_removed_with_a_button(sim: Simulator) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ADVERTISE"])
    form = {"pixel": PIXEL, "agency": NORTHLIGHT}

    requests.post(f"{sim.page_url}/unshare", data=form, timeout=10)

    assert sim.shares() == {}


@pytest.mark.parametrize(
    ("action", "form", "told"),
    [
        ("answer", {"request": "9"}, "no such request"),
        ("unshare", {"pixel": "9", "agency": "9"}, "not shared"),
        ("other", {}, "no such action"),
    ],
)
def test_what_cannot_be_done_is_said_on_the_page(
    sim: Simulator, action: str, form: dict[str, str], told: str
) -> None:
    answer = requests.post(f"{sim.page_url}/{action}", data=form, timeout=10)

    assert answer.status_code == 409
    assert told in answer.text


def test_an_answer_given_twice_is_said_on_the_page(sim: Simulator, asked: str) -> None:
    sim.answer(asked, "decline")

    form = {"request": asked, "answer": "accept"}
    answer = requests.post(f"{sim.page_url}/answer", data=form, timeout=10)

    assert "has already ended" in answer.text
    assert sim.shares() == {}


def test_names_are_escaped(sim: Simulator, api: Api, page: Page) -> None:
    sim.world.add(Business(HARBOUR, "<script>alert('x')</script>"))
    api.share(PIXEL, HARBOUR)
    api.get("<img src=x>")

    text = page()

    assert "<script" not in text
    assert "<img" not in text
    assert "&lt;script&gt;" in text


def test_nothing_is_loaded_from_elsewhere(page: Page, asked: str) -> None:
    assert not re.search(r'(src|href)="(?!/_page)', page())
    assert "url(" not in page()


def test_an_unknown_page_is_404(sim: Simulator) -> None:
    assert requests.get(f"{sim.page_url}/other", timeout=10).status_code == 404
