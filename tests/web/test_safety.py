"""What holds for every page: the policy, no inline code, nothing of people's text run as code."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.conftest import Cast
from tieback.access.models import Level
from tieback.audit.services import record
from tieback.portfolio.models import Project

ATTACK = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}"


class Inline(HTMLParser):
    """Collects what the policy would refuse: inline scripts, styles and handlers."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(tag)
        self.found += [name for name in names if name == "style" or name.startswith("on")]
        self.found += [v for v in names.values() if v and v.startswith("javascript:")]


@pytest.fixture
def addresses(acme: Cast, now: Any) -> list[str]:
    """Every page of the portfolio, on rows whose every text is an attack."""
    company = acme.company
    type(company).objects.update(name=ATTACK)
    texts = {"name": ATTACK, "customer": ATTACK, "address": ATTACK, "city": ATTACK}
    cost_code_list = factories.make_erp_list(company, name=ATTACK)
    code = factories.make_standard_code(cost_code_list, ATTACK[:90], name=ATTACK)
    project = factories.make_project(
        company, number=ATTACK[:90], stage=ATTACK[:60], cost_code_list=cost_code_list, **texts
    )
    labor = factories.make_cost_type(company, ATTACK[:20], name=ATTACK)
    factories.make_cost_code(project, code.full_code, labor, name=ATTACK)
    factories.make_sub_job(project, ATTACK[:90], name=ATTACK)
    job = factories.make_job(factories.make_connection(company, name=ATTACK[:80]), name=ATTACK)
    factories.make_link(job, project, linked_by_name=ATTACK)
    record(
        by=acme.admin,
        now=now,
        action="project.set",
        target=("project", project.pk, ATTACK),
        before={ATTACK: ATTACK},
        after={ATTACK: [ATTACK]},
        note=ATTACK,
    )
    own = f"/c/acme/portfolio/projects/{project.pk}/"
    return [
        "/",
        "/c/acme/portfolio/projects/",
        f"/c/acme/portfolio/projects/?q={ATTACK}&stage={ATTACK}&sort={ATTACK}&page={ATTACK}",
        *(own + page for page in ("", "cost-codes/", "sub-jobs/", "history/")),
        "/c/acme/portfolio/cost-code-lists/",
        f"/c/acme/portfolio/cost-code-lists/{cost_code_list.pk}/?q={ATTACK}",
        f"/c/acme/{ATTACK}/",
    ]


def pages(client: Client, addresses: list[str]) -> dict[str, str]:
    return {
        address: client.get(address.replace("?", "?x=1&"), follow=True).content.decode()
        for address in addresses
    }


def test_no_text_of_peoples_is_ever_code(admin: Client, addresses: list[str]) -> None:
    found = pages(admin, addresses)

    assert Project.objects.get().name == ATTACK
    assert [a for a, page in found.items() if "<script>alert" in page or "<img src=x" in page] == []
    assert any("&lt;script&gt;alert(1)" in page for page in found.values())


def test_no_page_has_inline_code_or_style(admin: Client, addresses: list[str]) -> None:
    inline = {address: Inline(page).found for address, page in pages(admin, addresses).items()}

    assert Inline('<p onclick="x"><script>1</script>').found == ["onclick", "script"]
    assert {address: found for address, found in inline.items() if found} == {}


@pytest.mark.parametrize(
    "address", ["/login/", "/nowhere/", "/c/acme/portfolio/projects/", "/c/acme/portfolio/x"]
)
def test_every_answer_carries_the_policy(admin: Client, address: str) -> None:
    assert admin.get(address)["Content-Security-Policy"] == (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'; "
        "base-uri 'self'; form-action 'self'"
    )


def test_the_navigation_shows_only_what_the_person_may_open(
    acme: Cast, client: Client, reader: Client
) -> None:
    client.force_login(acme.users[Level.NONE])

    mine = reader.get("/c/acme/portfolio/projects/")
    theirs = client.get("/c/acme/portfolio/projects/")

    link = '<li><a href="/c/acme/portfolio/projects/" aria-current="page">Projects</a></li>'
    assert link in mine.content.decode()
    assert link not in theirs.content.decode()
