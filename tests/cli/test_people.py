import json
from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.conftest import Cast
from tieback.access.models import Company, Level, Membership, User
from tieback.audit.chain import breaks
from tieback.audit.models import AuditEvent

pytestmark = pytest.mark.django_db

INIT = ("init", "--company", "Pier & Sons", "--email", "ann@pier.example", "--name", "Ann")


def password_in(answer: Any) -> str:
    (line,) = [line for line in answer.stdout.splitlines() if line.startswith("Password: ")]
    return str(line.removeprefix("Password: "))


def test_init_makes_a_company_with_its_erp_list_and_its_first_admin(tieback: Run) -> None:
    answer = tieback(*INIT)

    assert answer.exit_code == 0, answer.stderr
    company, user = Company.objects.get(), User.objects.get()
    assert (company.name, company.slug) == ("Pier & Sons", "pier-sons")
    assert company.cost_code_lists.filter(is_erp=True).count() == 1
    assert Membership.objects.get().level == Level.ADMIN
    assert (user.name, user.check_password(password_in(answer))) == ("Ann", True)
    assert list(breaks(company)) == []


def test_no_two_made_up_passwords_are_the_same(tieback: Run) -> None:
    first = tieback(*INIT)
    second = tieback("user", "add", "bob@pier.example")

    assert password_in(first) != password_in(second)
    assert len(password_in(second)) >= 16


def test_a_password_can_be_piped_in_and_is_not_repeated(tieback: Run) -> None:
    answer = tieback(*INIT, "--password-stdin", typed="a long enough secret\n")

    assert answer.exit_code == 0, answer.stderr
    assert "secret" not in answer.output
    assert User.objects.get().check_password("a long enough secret")


@pytest.mark.parametrize("typed", ["", "\n", "short\n", "passwordpassword\n"[:9] + "\n"])
def test_a_weak_password_is_refused_and_nothing_is_left_behind(tieback: Run, typed: str) -> None:
    answer = tieback(*INIT, "--password-stdin", typed=typed)

    assert answer.exit_code == 1
    assert (Company.objects.count(), User.objects.count()) == (0, 0)


@pytest.mark.parametrize("missing", ["--company", "--email"])
def test_init_without_a_terminal_says_what_is_missing(tieback: Run, missing: str) -> None:
    at = INIT.index(missing)

    answer = tieback(*INIT[:at], *INIT[at + 2 :])

    assert answer.exit_code == 2
    assert missing in answer.stderr


def test_init_twice_is_refused_and_changes_nothing(tieback: Run) -> None:
    tieback(*INIT)
    password = User.objects.get().password

    again = tieback(*INIT)

    assert again.exit_code == 1
    assert again.stderr.startswith("There is a company “pier-sons” already: Pier & Sons.\n")
    assert (Company.objects.count(), User.objects.get().password) == (1, password)


@pytest.mark.parametrize("slug", ["Ümläut", "a--b", "-a", "a/b", "x" * 61])
def test_a_slug_that_breaks_addresses_is_refused(tieback: Run, slug: str) -> None:
    assert tieback(*INIT, f"--slug={slug}").exit_code == 1


def test_user_add_lets_a_person_in_with_a_level(tieback: Run, acme: Cast) -> None:
    answer = tieback(
        *("user", "add", "zoe@acme.example", "--name", "Zoë", "--level", "standard", "--approver")
    )

    assert answer.exit_code == 0, answer.stderr
    member = Membership.objects.get(user__email="zoe@acme.example")
    assert (member.level, member.is_accounting_approver) == (Level.STANDARD, True)
    assert member.user.check_password(password_in(answer))
    event = AuditEvent.objects.get(action="member.add")
    assert (event.target_label, event.after["level"]) == ("zoe@acme.example", "Standard")


def test_a_person_of_another_company_keeps_their_password(
    tieback: Run, acme: Cast, rival: Cast
) -> None:
    there = rival.users[Level.ADMIN]

    answer = tieback("user", "add", there.email.upper(), "--company", "acme")

    assert answer.exit_code == 0, answer.stderr
    assert "Password:" not in answer.stdout
    assert User.objects.get(pk=there.pk).password == there.password


def test_a_person_who_is_there_already_is_refused(tieback: Run, acme: Cast) -> None:
    answer = tieback("user", "add", acme.users[Level.ADMIN].email)

    assert answer.exit_code == 1
    assert "is in Acme Builders already, with Admin." in answer.stderr


@pytest.mark.parametrize("email", ["nonsense", "a@", "<script>@x.example", "a b@c.example"])
def test_what_is_no_e_mail_address_is_refused(tieback: Run, acme: Cast, email: str) -> None:
    answer = tieback("user", "add", email)

    assert answer.exit_code == 1
    assert answer.stderr == f"“{email}” is no e-mail address.\n"


@pytest.mark.parametrize(
    "words",
    [
        ("add", "new@acme.example"),
        ("list",),
        ("level", "admin@acme.example", "none"),
        ("password", "admin@acme.example"),
    ],
)
def test_people_are_an_admin_s_business(tieback: Run, acme: Cast, words: tuple[str, ...]) -> None:
    answer = tieback("user", *words, "--as", acme.users[Level.STANDARD].email)

    assert (answer.exit_code, answer.stdout) == (1, "")
    assert AuditEvent.objects.get().note.startswith(f"tieback user {words[0]}: ")


def test_a_level_can_be_changed_and_the_trail_has_before_and_after(
    tieback: Run, acme: Cast
) -> None:
    answer = tieback("user", "level", "read_only@acme.example", "standard")

    assert answer.stdout == "read_only@acme.example has Standard in Acme Builders.\n"
    event = AuditEvent.objects.get(action="member.change")
    assert (event.before["level"], event.after["level"]) == ("Read Only", "Standard")


def test_the_only_admin_stays_admin(tieback: Run, acme: Cast) -> None:
    answer = tieback("user", "level", "admin@acme.example", "standard")

    assert answer.exit_code == 1
    assert answer.stderr.startswith("Admin of Acme Builders is the only Admin of Acme Builders.\n")


def test_a_password_can_be_set_anew(tieback: Run, acme: Cast) -> None:
    answer = tieback("user", "password", "admin@acme.example")

    user = User.objects.get(email="admin@acme.example")
    assert user.check_password(password_in(answer))
    assert AuditEvent.objects.get().action == "member.set_password"


def test_user_list_has_everybody_of_the_company_and_nobody_else(
    tieback: Run, acme: Cast, rival: Cast
) -> None:
    document = json.loads(tieback("user", "list", "--company", "acme", "--json").stdout)

    assert [(one["email"], one["level"]) for one in document["users"]] == [
        ("admin@acme.example", "admin"),
        ("none@acme.example", "none"),
        ("read_only@acme.example", "read-only"),
        ("standard@acme.example", "standard"),
    ]
