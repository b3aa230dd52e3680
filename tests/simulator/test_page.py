"""The page for people."""

import re

import pytest
import requests

from metapixel_simulator import Business, Simulator
from tests.simulator.conftest import Api
from tests.support.example import HARBOUR, NORTHLIGHT, NORTHLIGHT_ACCOUNT, PIXEL


def page(sim: Simulator) -> str:
    return requests.get(sim.page_url, timeout=10).text


def press(sim: Simulator, action: str, **form: str) -> requests.Response:
    return requests.post(f"{sim.page_url}/{action}", data=form, timeout=10)


@pytest.fixture
def asked(api: Api) -> str:
    return api.ask(PIXEL, HARBOUR)


@pytest.mark.parametrize(("button", "status"), [("approve", "APPROVE"), ("decline", "DECLINE")])
def test_a_recipient_answers_with_a_button(
    sim: Simulator, asked: str, button: str, status: str
) -> None:
    form = re.search(r'<form method="post" action="(.*?)">(.*?)</form>', page(sim), re.DOTALL)
    assert form is not None
    assert form[1] == "/_page/answer"
    assert f'name="request" value="{asked}"' in form[2]
    assert f'name="status" value="{button}"' in form[2]

    answer = press(sim, "answer", request=asked, status=button)

    assert sim.request(asked).status == status
    assert answer.url == sim.page_url
    assert "No request waits for an answer." in answer.text


def test_requests_and_access_are_listed(sim: Simulator, asked: str) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ADVERTISE"])
    sim.permit(PIXEL, NORTHLIGHT, NORTHLIGHT_ACCOUNT)

    text = " ".join(re.sub(r"<[^>]+>", " ", page(sim)).split())

    assert re.search(r"Acme Outdoor \d+ wants to share with Harbour Performance \d+ Acme web", text)
    assert re.search(r"Acme web shop \d+ ADVERTISE Northlight Media \d+ Northlight for Acme", text)


def test_a_share_is_removed_with_a_button(sim: Simulator) -> None:
    sim.share(PIXEL, NORTHLIGHT, ["ADVERTISE"])

    press(sim, "unshare", pixel=PIXEL, agency=NORTHLIGHT)

    assert sim.shares() == {}


@pytest.mark.parametrize(
    ("action", "form", "told"),
    [
        ("answer", {"request": "9"}, "there is no request 9"),
        ("answer", {"request": "", "status": "approve"}, "has already ended"),
        ("unshare", {"pixel": "9", "agency": "9"}, "not shared"),
        ("other", {}, "no such action"),
    ],
)
def test_what_cannot_be_done_is_said_on_the_page(
    sim: Simulator, asked: str, action: str, form: dict[str, str], told: str
) -> None:
    sim.answer(asked, "decline")

    answer = press(sim, action, **{key: value or asked for key, value in form.items()})

    assert answer.status_code == 409
    assert told in answer.text
    assert sim.shares() == {}


def test_names_are_escaped_and_nothing_is_loaded_from_elsewhere(sim: Simulator, api: Api) -> None:
    sim.world.add(Business(HARBOUR, "\"><script>alert('x')</script>"))
    sim.share(PIXEL, HARBOUR, ["ANALYZE"])

    text = page(sim)

    assert "<script" not in text
    assert text.count("&gt;&lt;script&gt;") == 2
    assert not re.search(r'(src|href)="|url\(', text)


def test_an_unknown_page_is_404(sim: Simulator) -> None:
    assert requests.get(f"{sim.page_url}/other", timeout=10).status_code == 404
