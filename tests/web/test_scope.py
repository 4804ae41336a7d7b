"""Who sees what: membership, level, company, forms; refused and kept in the audit trail."""

from datetime import datetime

import pytest
from django.test import Client, RequestFactory

from tests import factories
from tests.conftest import Cast
from tests.web.conftest import SignIn
from tieback.access.actors import NotOfCompanyError
from tieback.access.models import Level
from tieback.audit.models import AuditEvent
from tieback.portfolio.models import Project
from tieback.web.scope import Scope

LIST = "/c/acme/portfolio/projects/"


def refusals(cast: Cast) -> list[tuple[str, str]]:
    events = AuditEvent.objects.filter(company=cast.company, action="access.refused")
    return [(event.actor_name, event.note) for event in events]


def test_nobody_sees_a_page_before_signing_in(acme: Cast, client: Client) -> None:
    answer = client.get(LIST)

    assert (answer.status_code, answer["Location"]) == (302, f"/login/?next={LIST}")


def test_a_fragment_request_without_a_session_moves_the_whole_page_to_the_login(
    acme: Cast, client: Client
) -> None:
    answer = client.get(
        LIST, headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{LIST}?q=a"}
    )

    assert answer["HX-Redirect"] == f"/login/?next={LIST}%3Fq%3Da"
    assert answer.content == b""


def test_a_company_does_not_exist_for_those_who_are_no_members(admin: Client, rival: Cast) -> None:
    theirs = admin.get("/c/rival/portfolio/projects/")
    nowhere = admin.get("/c/no-such-company/portfolio/projects/")

    assert (theirs.status_code, nowhere.status_code) == (404, 404)
    assert theirs.context["sentence"] == nowhere.context["sentence"]
    assert AuditEvent.objects.count() == 0


def test_a_member_without_a_level_is_refused_in_words_and_it_is_kept(
    sign_in: SignIn, acme: Cast
) -> None:
    answer = sign_in(Level.NONE).get(LIST)

    said = (
        "To see the portfolio's projects you need Read Only on this company's ERP Integrations "
        "tool; None of Acme Builders has None. Ask an admin of the tool."
    )
    assert answer.status_code == 403
    assert said.replace("'", "&#x27;") in answer.content.decode()
    assert refusals(acme) == [("None of Acme Builders", f"GET {LIST}: {said}")]


def test_a_pasted_link_to_another_companys_row_is_not_found_and_it_is_kept(
    admin: Client, acme: Cast, rival: Cast
) -> None:
    theirs = factories.make_project(rival.company, name="Secret tower")

    answer = admin.get(f"{LIST}{theirs.pk}/")

    assert answer.status_code == 404
    assert "Secret tower" not in answer.content.decode()
    assert refusals(acme) == [
        (
            "Admin of Acme Builders",
            f"GET {LIST}{theirs.pk}/: No project {theirs.pk} in this company.",
        )
    ]
    assert refusals(rival) == []


@pytest.mark.parametrize("pk", [0, 999_999, 2**63, 10**30])
def test_an_id_that_exists_nowhere_is_answered_like_another_companys(
    admin: Client, rival: Cast, pk: int
) -> None:
    theirs = factories.make_project(rival.company)

    nowhere, foreign = (admin.get(f"{LIST}{which}/") for which in (pk, theirs.pk))

    assert nowhere.status_code == foreign.status_code == 404
    assert nowhere.context["sentence"] == foreign.context["sentence"]


def test_a_forged_form_is_refused_changes_nothing_and_is_kept(acme: Cast) -> None:
    project = factories.make_project(acme.company, is_active=True)
    client = Client(enforce_csrf_checks=True)
    client.force_login(acme.users[Level.ADMIN])

    answer = client.post(f"{LIST}{project.pk}/active/", {"value": "off"})

    project.refresh_from_db()
    assert answer.status_code == 403
    assert "Nothing was changed." in answer.content.decode()
    assert project.is_active
    assert [who for who, _ in refusals(acme)] == ["Admin of Acme Builders"]


def test_a_forged_form_of_a_stranger_is_refused_without_a_word_in_the_companys_trail(
    acme: Cast,
) -> None:
    client = Client(enforce_csrf_checks=True)

    answer = client.post("/c/acme/portfolio/projects/1/active/", {"value": "off"})

    assert answer.status_code == 403
    assert refusals(acme) == []


def test_a_refusal_to_a_fragment_is_a_message_in_the_page_that_is_there(
    sign_in: SignIn, acme: Cast
) -> None:
    project = factories.make_project(acme.company)

    answer = sign_in(Level.READ_ONLY).post(
        f"{LIST}{project.pk}/active/", {"value": "off"}, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 403
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#messages", "innerHTML")
    assert "<html" not in answer.content.decode()


def test_pages_of_a_company_stay_out_of_every_cache(admin: Client) -> None:
    answer = admin.get(LIST)

    assert answer["Cache-Control"] == "private, no-store"
    assert "HX-Request" in answer["Vary"]


def test_get_refuses_a_row_of_another_company_whatever_the_query_says(
    acme: Cast, rival: Cast, now: datetime
) -> None:
    scope = Scope(acme.company, acme.admin, now)
    theirs = factories.make_project(rival.company)

    with pytest.raises(NotOfCompanyError):
        scope.get(Project.objects.filter(company=rival.company), theirs.pk)


def test_get_follows_the_path_to_the_company(acme: Cast, rival: Cast, now: datetime) -> None:
    scope = Scope(acme.company, acme.admin, now)
    mine = factories.make_cost_code(factories.make_project(acme.company), "01")
    theirs = factories.make_cost_code(factories.make_project(rival.company), "01")

    assert scope.get(type(mine), mine.pk, company="project__company") == mine
    with pytest.raises(NotOfCompanyError):
        scope.get(type(mine), theirs.pk, company="project__company")


def test_an_unknown_address_has_a_page_in_the_sites_look(client: Client) -> None:
    answer = client.get("/nowhere/")

    assert answer.status_code == 404
    assert "start again from the first page" in answer.content.decode()


def test_our_own_mistake_is_answered_without_session_and_database(rf: RequestFactory) -> None:
    from tieback.web.refusals import handler500

    page = handler500(rf.get("/c/acme/"))
    fragment = handler500(rf.get("/c/acme/", headers={"HX-Request": "true"}))

    assert (page.status_code, fragment.status_code) == (500, 500)
    assert "<html" in page.content.decode()
    assert fragment["HX-Retarget"] == "#messages"
