"""Login, logout, the first page, the theme."""

import pytest
from django.test import Client

from tests import factories
from tests.conftest import PASSWORD, Cast
from tieback.access.models import Level


def test_a_person_logs_in_by_e_mail_whatever_its_case(acme: Cast, client: Client) -> None:
    answer = client.post("/login/", {"username": "ADMIN@acme.example", "password": PASSWORD})

    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_a_wrong_password_is_answered_in_words_and_signs_nobody_in(
    acme: Cast, client: Client
) -> None:
    answer = client.post("/login/", {"username": "admin@acme.example", "password": "wrong"})

    assert "This e-mail and this password do not belong together" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_an_unknown_e_mail_is_answered_like_a_wrong_password(acme: Cast, client: Client) -> None:
    known = client.post("/login/", {"username": "admin@acme.example", "password": "wrong"})
    unknown = client.post("/login/", {"username": "ghost@acme.example", "password": "wrong"})

    assert known.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()


def test_a_switched_off_account_cannot_log_in(acme: Cast, client: Client) -> None:
    user = acme.users[Level.ADMIN]
    user.is_active = False
    user.save()

    client.post("/login/", {"username": user.email, "password": PASSWORD})

    assert "_auth_user_id" not in client.session


def test_login_goes_on_to_the_page_that_was_asked_for(acme: Cast, client: Client) -> None:
    asked = client.get("/c/acme/portfolio/projects/?q=clinic")
    answer = client.post(
        asked["Location"], {"username": "admin@acme.example", "password": PASSWORD}
    )

    assert asked["Location"] == "/login/?next=/c/acme/portfolio/projects/%3Fq%3Dclinic"
    assert answer["Location"] == "/c/acme/portfolio/projects/?q=clinic"


def test_login_does_not_go_on_to_another_site(acme: Cast, client: Client) -> None:
    answer = client.post(
        "/login/?next=https://evil.example/",
        {"username": "admin@acme.example", "password": PASSWORD},
    )

    assert answer["Location"] == "/"


def test_logout_takes_a_post(admin: Client) -> None:
    asked = admin.get("/logout/")
    sent = admin.post("/logout/")

    assert (asked.status_code, sent.status_code) == (405, 302)
    assert admin.get("/c/acme/portfolio/projects/").status_code == 302


def test_the_first_page_of_a_person_with_one_company_is_that_company(admin: Client) -> None:
    answer = admin.get("/", follow=True)

    assert answer.redirect_chain[0] == ("/c/acme/", 302)
    assert answer.status_code == 200


def test_a_person_with_several_companies_chooses(admin: Client, acme: Cast, rival: Cast) -> None:
    factories.make_membership(rival.company, acme.users[Level.ADMIN], level=Level.READ_ONLY)

    answer = admin.get("/")

    assert [c.name for c in answer.context["companies"]] == ["Acme Builders", "Rival Contractors"]


def test_a_person_whom_no_company_let_in_is_told_what_to_do(acme: Cast, client: Client) -> None:
    client.force_login(acme.users[Level.NONE])

    answer = client.get("/")

    assert "Ask an admin of your company" in answer.content.decode()


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_the_theme_is_kept_and_the_person_stays_where_they_were(admin: Client, theme: str) -> None:
    answer = admin.post("/theme/", {"theme": theme, "next": "/c/acme/portfolio/projects/?q=a"})
    page = admin.get(answer["Location"])

    assert answer["Location"] == "/c/acme/portfolio/projects/?q=a"
    assert f'data-theme="{theme}"' in page.content.decode()


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_the_theme_form_leads_to_no_other_site(admin: Client, back: str) -> None:
    answer = admin.post("/theme/", {"theme": "dark", "next": back})

    assert answer["Location"] == "/"


def test_an_unknown_theme_is_refused_and_a_forged_cookie_is_not_shown(admin: Client) -> None:
    refused = admin.post("/theme/", {"theme": "neon", "next": "/"})
    admin.cookies["theme"] = '"><script>'
    page = admin.get("/c/acme/portfolio/projects/")

    assert refused.status_code == 422
    assert 'data-theme="auto"' in page.content.decode()
