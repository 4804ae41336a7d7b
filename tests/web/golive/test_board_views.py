"""Saved views on the board: what they keep, whose they are, how they go."""

import pytest
from django.test import Client

from tests.conftest import Cast
from tests.web.conftest import SignIn
from tests.web.golive.lanes_site import BASE, Lanes, make_lanes
from tieback.access.models import Level
from tieback.review.models import SavedView

pytestmark = pytest.mark.django_db
QUERY = "lane=look&q=pier&sort=-value&column=value&page=3&evil=1"


@pytest.fixture(autouse=True)
def lanes(acme: Cast) -> Lanes:
    return make_lanes(acme)


def save(client: Client, name: str, **more: str) -> str:
    sent = {"name": name, "query": QUERY, **more}
    return client.post(f"{BASE}views/", sent, follow=True).content.decode()


def test_a_view_keeps_the_lane_search_order_and_columns_and_leads_back_there(
    reader: Client,
) -> None:
    page = save(reader, "Piers")

    view = SavedView.objects.get()
    assert view.query == "lane=look&q=pier&sort=-value&column=value"
    assert "The view “Piers” is kept." in page
    assert f'href="{BASE}?lane=look&amp;q=pier&amp;sort=-value&amp;column=value">Piers</a>' in page


def test_a_shared_view_is_on_everybodys_board_and_an_own_one_is_not(
    sign_in: SignIn,
) -> None:
    standard = sign_in(Level.STANDARD)
    save(standard, "Mine")
    save(standard, "Ours", shared="on")

    page = sign_in(Level.READ_ONLY).get(BASE).content.decode()

    assert ">Ours</a>" in page
    assert ">Mine</a>" not in page


def test_a_reader_cannot_share(reader: Client) -> None:
    assert reader.post(f"{BASE}views/", {"name": "x", "shared": "on"}).status_code == 403
    assert not SavedView.objects.exists()


def test_a_view_is_renamed_and_deleted(reader: Client) -> None:
    save(reader, "Piers")
    address = f"{BASE}views/{SavedView.objects.get().pk}/"

    renamed = reader.post(address, {"verb": "rename", "name": "Docks"}, follow=True)
    there = SavedView.objects.get().name
    deleted = reader.post(address, {"verb": "delete"}, follow=True)

    assert there == "Docks"
    assert "is called “Docks” now" in renamed.content.decode()
    assert "The view “Docks” is deleted." in deleted.content.decode()
    assert not SavedView.objects.exists()


def test_what_cannot_be_kept_says_why(reader: Client) -> None:
    assert "A view needs a name." in save(reader, "  ")
    assert not SavedView.objects.exists()


def test_a_view_of_somebody_else_or_another_company_is_not_there(
    sign_in: SignIn, rival: Cast, reader: Client
) -> None:
    save(sign_in(Level.STANDARD), "Mine")
    own = SavedView.objects.get()
    SavedView.objects.create(
        company=rival.company, name="Theirs", query="lane=look", saved_at=own.saved_at
    )

    answers = [
        reader.post(f"{BASE}views/{view.pk}/", {"verb": "delete"}).status_code
        for view in SavedView.objects.all()
    ]

    assert answers == [404, 404]
    assert SavedView.objects.count() == 2


def test_a_verb_that_no_form_of_ours_sends_is_refused(reader: Client) -> None:
    save(reader, "Piers")

    answer = reader.post(f"{BASE}views/{SavedView.objects.get().pk}/", {"verb": "share"})

    assert answer.status_code == 400
