"""Files that are kept while a person looks at what they would do."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import Cast
from tieback.access.actors import NotAllowedError
from tieback.connectors.errors import ConfigError
from tieback.portfolio.brought_files import KEPT_FOR, keep, kept, let_go

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TIEBACK_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_a_file_is_kept_as_it_was_and_let_go(acme: Cast, now: datetime) -> None:
    token = keep(name="My list.CSV", chunks=[b"Name\n", b"A\n"], by=acme.admin, now=now)

    path = kept(token=token, by=acme.admin)
    assert path is not None
    assert (path.name, path.read_bytes()) == ("My list.csv", b"Name\nA\n")
    assert path.stat().st_mode & 0o077 == 0
    let_go(token=token, by=acme.admin)
    let_go(token=token, by=acme.admin)
    assert kept(token=token, by=acme.admin) is None


def test_what_nobody_came_back_for_goes_after_a_day(acme: Cast, now: datetime) -> None:
    old, young = (
        keep(name="a.csv", chunks=[b"Name\n"], by=acme.admin, now=at)
        for at in (now, now + timedelta(hours=2))
    )

    keep(name="b.csv", chunks=[b"Name\n"], by=acme.admin, now=now + KEPT_FOR + timedelta(hours=1))

    assert kept(token=old, by=acme.admin) is None
    assert kept(token=young, by=acme.admin) is not None


def test_another_company_does_not_find_it(acme: Cast, rival: Cast, now: datetime) -> None:
    token = keep(name="a.csv", chunks=[b"Name\n"], by=acme.admin, now=now)

    let_go(token=token, by=rival.admin)

    assert kept(token=token, by=rival.admin) is None
    assert kept(token=token, by=acme.admin) is not None


@pytest.mark.parametrize("token", ["", ".", "..", "../" * 8, "a" * 19, "a" * 65, "a" * 30 + "/"])
def test_a_token_is_no_path(acme: Cast, now: datetime, own_home: Path, token: str) -> None:
    keep(name="a.csv", chunks=[b"Name\n"], by=acme.admin, now=now)

    let_go(token=token, by=acme.admin)

    assert kept(token=token, by=acme.admin) is None
    assert len(list(own_home.rglob("a.csv"))) == 1


def test_a_refused_file_leaves_nothing(acme: Cast, now: datetime, own_home: Path) -> None:
    with pytest.raises(ConfigError):
        keep(name="a.csv", chunks=[], by=acme.admin, now=now)

    assert [path for path in own_home.rglob("*") if path.is_file()] == []


def test_keeping_takes_admin(acme: Cast, now: datetime) -> None:
    with pytest.raises(NotAllowedError):
        keep(name="a.csv", chunks=[b"Name\n"], by=acme.standard, now=now)
