"""Which job, project or connection a word on the command line means."""

import re
from typing import TypeVar

from django.db.models import Q, QuerySet

from tieback.access.actors import NotOfCompanyError
from tieback.access.models import Company
from tieback.cli.refusal import Refusal
from tieback.connections.models import Connection
from tieback.portfolio.models import Project
from tieback.staging.models import Job

T = TypeVar("T", Job, Project)
_ID = re.compile(r"#([0-9]{1,18})")
_NAMED = 10


def job(company: Company, ref: str) -> Job:
    """The job with this number or external id, or `#` and our id; refuses all but one."""
    jobs = Job.objects.filter(company=company).select_related("connection")
    found = _by_id(jobs, ref) or _several(jobs, ref, "external_id")
    return _only(found, ref, "job", "jobs")


def project(company: Company, ref: str) -> Project:
    """The project with this number or ERP id, or `#` and our id; refuses all but one."""
    projects = Project.objects.filter(company=company)
    found = _by_id(projects, ref) or _several(projects, ref, "origin_id")
    return _only(found, ref, "project", "projects")


def connection(company: Company, name: str | None) -> Connection:
    """The connection called so, or the only one there is."""
    there = list(Connection.objects.filter(company=company))
    if not there:
        raise Refusal(
            f"{company} has no connection yet.",
            mend="Add one: tieback connection add NAME --connector csvfile --folder PATH",
        )
    found = [one for one in there if name is None or one.name == name]
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"“{one.name}”" for one in there)
    if name is None:
        raise Refusal("There are several connections.", mend=f"Name one of: {names}.")
    raise Refusal(f"There is no connection “{name}”.", mend=f"Choose one of: {names}.")


def _by_id(records: "QuerySet[T]", ref: str) -> "list[T]":
    asked = _ID.fullmatch(ref)
    if asked is None:
        return []
    found = records.filter(pk=int(asked[1])).first()
    if found is None:
        raise NotOfCompanyError(f"There is no {records.model._meta.verbose_name} {ref} here.")
    return [found]


def _several(records: "QuerySet[T]", ref: str, external: str) -> "list[T]":
    word = ref.strip()
    if not word:
        return []
    exact = records.filter(Q(number=word) | Q(**{external: word})).order_by("number", "pk")
    return list(exact[: _NAMED + 1]) or list(
        records.filter(number__iexact=word).order_by("number", "pk")[: _NAMED + 1]
    )


def _only(found: "list[T]", ref: str, noun: str, command: str) -> T:
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refusal(
            f"No {noun} has the number or the ERP's id “{ref}”.",
            mend=f"Look for it with: tieback {command} --search WORDS",
        )
    listed = "; ".join(f"'#{one.pk}' {one}" for one in found[:_NAMED])
    more = "; …" if len(found) > _NAMED else ""
    raise Refusal(
        f"“{ref}” may mean several {noun}s.",
        mend=f"Say which by its id, in quotes: {listed}{more}.",
    )
