"""The demo's two companies and their people, and the one file that says how to log in."""

import os
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from tieback.access.actors import operator
from tieback.access.models import Company, Level, Membership, User
from tieback.audit.services import record
from tieback.home import home

LOGIN_FILE = "demo-login.txt"
_PASSWORD = re.compile(r"^Password: (\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Person:
    """One person of the demo: e-mail address, name, and level in the company."""

    email: str
    name: str
    level: Level


@dataclass(frozen=True, slots=True)
class Cast:
    """A company and its people."""

    slug: str
    name: str
    people: tuple[Person, ...]


CONTRACTOR = Cast(
    "demo",
    "Hudson & Main Construction (demo)",
    (
        Person("admin@demo.example", "Ada Admin", Level.ADMIN),
        Person("standard@demo.example", "Sam Standard", Level.STANDARD),
        Person("reader@demo.example", "Rita Reader", Level.READ_ONLY),
    ),
)
# A neighbour on the same installation, to see that neither finds anything of the other.
NEIGHBOUR = Cast(
    "demo-neighbour",
    "Kestrel Interiors (demo)",
    (Person("admin@neighbour.example", "Nora Neighbour", Level.ADMIN),),
)


@dataclass(frozen=True, slots=True)
class DemoAccess:
    """How to get in: the company, its people, the password they share and the file that has it."""

    company: Company
    people: tuple[Person, ...]
    password: str
    login_file: Path


def set_up_people(*, now: datetime) -> DemoAccess:
    """Make what is missing of companies and people; a password that is on file stays.

    The file is written last: a set-up that is cut off before leaves no password that nobody knows.
    """
    on_file = _password_on_file()
    password = on_file or secrets.token_urlsafe(12)
    company = _set_up_all(password, is_new=on_file is None, now=now)
    if on_file is None and (kept := _keep(password)) != password:
        # Somebody else set the demo up at the same moment and was first to write the file.
        password = kept
        _set_up_all(password, is_new=True, now=now)
    people = CONTRACTOR.people + NEIGHBOUR.people
    return DemoAccess(company, people, password, home() / LOGIN_FILE)


def _password_on_file() -> str | None:
    path = home() / LOGIN_FILE
    found = _PASSWORD.search(path.read_text("utf-8")) if path.exists() else None
    return found[1] if found else None


def _keep(password: str) -> str:
    """Write the log-in file, mode 0600, unless it is there; returns the password that it holds."""
    path = home() / LOGIN_FILE
    draft = path.with_name(f".{LOGIN_FILE}.{secrets.token_hex(8)}")
    draft.touch(mode=0o600)
    try:
        draft.write_text(_login_text(password), "utf-8")
        if _password_on_file() is None:
            path.unlink(missing_ok=True)
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return _password_on_file() or password


def _set_up_all(password: str, *, is_new: bool, now: datetime) -> Company:
    """Both companies; returns the contractor's."""
    _set_up(NEIGHBOUR, password, is_new=is_new, now=now)
    return _set_up(CONTRACTOR, password, is_new=is_new, now=now)


def _login_text(password: str) -> str:
    lines = [
        f"{person.email:<26} {person.level.label} of {cast.name}"
        for cast in (CONTRACTOR, NEIGHBOUR)
        for person in cast.people
    ]
    return "\n".join([*lines, "", f"Password: {password}", ""])


@transaction.atomic
def _set_up(cast: Cast, password: str, *, is_new: bool, now: datetime) -> Company:
    company, is_made = Company.objects.get_or_create(
        slug=cast.slug, defaults={"name": cast.name, "created_at": now}
    )
    for person in cast.people:
        user, is_made_now = User.objects.get_or_create(
            email=person.email, defaults={"name": person.name, "created_at": now}
        )
        if is_new or is_made_now:
            user.set_password(password)
            user.save(update_fields=["password"])
        Membership.objects.get_or_create(
            company=company,
            user=user,
            defaults={
                "level": person.level,
                "is_accounting_approver": person.level == Level.ADMIN,
            },
        )
    if is_made:
        record(
            by=operator(company),
            now=now,
            action="company.create",
            target=("company", company.pk, company.name),
            after={"people": {person.email: person.level.label for person in cast.people}},
        )
    return company
