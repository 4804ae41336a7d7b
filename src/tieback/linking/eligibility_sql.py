"""The blockers of `eligibility.py` as conditions of a query, for whole lists at once.

Every condition is over rows that have a `job` and a `project` of one company, such as candidates.
`tests/linking/test_eligibility_sql.py` holds the two definitions together.
"""

from collections.abc import Callable

from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThan

from tieback.connections.models import Connection
from tieback.connectors.base import Connector, Verb
from tieback.connectors.records import Resource
from tieback.connectors.registry import connectors
from tieback.linking.models import Link
from tieback.portfolio.models import ProjectCostCode
from tieback.portfolio.selectors import erp_list
from tieback.staging.models import Job

NOTHING = Q(pk__in=[])
_EVERYTHING = ~NOTHING


def standing_conditions(company_id: int) -> dict[str, Q]:
    """Blocker code → condition, for what the portfolio or the connector has to mend first."""
    has_codes = Q(_has_codes_of_another_list())
    is_off = Q(project__is_erp_integrated=False)
    is_elsewhere, unnamed = _list_conditions(company_id)
    return {
        "cannot_link": _by_connector(company_id, _cannot_link),
        "setting_locked": is_off & has_codes,
        "setting_off": is_off & ~has_codes,
        "no_erp_list": unnamed,
        "list_locked": is_elsewhere & has_codes,
        "other_list": is_elsewhere & ~has_codes,
        "template": Q(project__is_template=True),
        "inactive": Q(project__is_active=False),
        "name_too_long": _by_connector(company_id, _name_too_long),
    }


def decided_conditions() -> dict[str, Q]:
    """Blocker code → condition, for pairs of which one half is decided on already."""
    is_linked = Exists(Link.objects.filter(project=OuterRef("project"), unlinked_at=None))
    return {
        "job_linked": Q(job__state=Job.State.LINKED),
        "job_archived": Q(job__state=Job.State.ARCHIVED),
        "job_orphaned": Q(job__state=Job.State.ORPHANED),
        "project_linked": Q(is_linked),
        "project_origin": ~Q(is_linked) & ~Q(project__origin_id=""),
    }


def stands_blocked(company_id: int) -> Q:
    """Whether any of `standing_conditions` holds, asked more cheaply than one by one."""
    is_elsewhere, unnamed = _list_conditions(company_id)
    return (
        _by_connector(company_id, _cannot_link)
        | Q(project__is_erp_integrated=False)
        | unnamed
        | is_elsewhere
        | Q(project__is_template=True)
        | Q(project__is_active=False)
        | _by_connector(company_id, _name_too_long)
    )


def _list_conditions(company_id: int) -> tuple[Q, Q]:
    """That the project is not on the ERP list; that there is none to be on."""
    wanted = erp_list(company_id)
    if wanted is None:
        return NOTHING, _EVERYTHING
    # A comparison with no list at all is unknown to SQL, and so would be its negation.
    return Q(project__cost_code_list=None) | ~Q(project__cost_code_list=wanted.pk), NOTHING


def _has_codes_of_another_list() -> Exists:
    return Exists(
        ProjectCostCode.objects.filter(
            project=OuterRef("project"),
            standard_code__isnull=False,
            standard_code__list__is_erp=False,
        )
    )


def _cannot_link(connector: type[Connector]) -> Q:
    return NOTHING if connector.can(Resource.JOB, Verb.LINK) else _EVERYTHING


def _name_too_long(connector: type[Connector]) -> Q:
    limit = connector.limits.project_name_length
    return NOTHING if limit is None else Q(GreaterThan(Length(F("project__name")), Value(limit)))


def _by_connector(company_id: int, condition: Callable[[type[Connector]], Q]) -> Q:
    """A condition that differs by what the job came by."""
    found = NOTHING
    for pk, name in Connection.objects.filter(company=company_id).values_list("pk", "connector"):
        connector = connectors().get(name)
        if connector and (held := condition(connector)) != NOTHING:
            found |= Q(job__connection=pk) & held
    return found
