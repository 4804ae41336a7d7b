"""What the watching screens read from an address: filters whose unknown values choose nothing."""

from datetime import date

from django.http import Http404, QueryDict

from tieback.connectors.records import Resource

LABELS = {
    Resource.JOB: "Jobs",
    Resource.COST_CODE: "Cost codes",
    Resource.SUB_JOB: "Sub jobs",
    Resource.VENDOR: "Vendors",
}


def id_in(asked: QueryDict, name: str) -> int | None:
    """The id in a filter; None where it is not one that a database could have."""
    text = asked.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        return None
    return int(text)


def day_in(asked: QueryDict, name: str) -> date | None:
    """The day in a filter, as a date field sends it."""
    try:
        return date.fromisoformat(asked.get(name, ""))
    except ValueError:
        return None


def text_in(asked: QueryDict, name: str) -> str:
    """The text in a filter, without blanks around it."""
    return asked.get(name, "").strip()


def resource_in(asked: QueryDict, name: str = "resource") -> str:
    """The resource in a filter, "" for any."""
    return asked.get(name, "") if asked.get(name) in set(Resource) else ""


def resource_named(name: str) -> Resource:
    """The resource that an address names; raises Http404 where there is none."""
    if name not in set(Resource):
        raise Http404("There is no such kind of record.")
    return Resource(name)
