"""Saved views of the board: keep, rename and remove one's own, or the company's."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from tieback.access.actors import Actor
from tieback.access.models import Level
from tieback.audit.services import record
from tieback.review.models import SavedView

LONGEST_NAME = 80
LONGEST_QUERY = 500


class ViewError(Exception):
    """The view cannot be kept so; the message says why and what to do."""


def views_of(actor: Actor) -> QuerySet[SavedView]:
    """The actor's own views and the company's shared ones, by name."""
    open_to = Q(owner=None) | Q(owner_id=actor.user_id or 0)
    return SavedView.objects.filter(open_to, company_id=actor.company_id).order_by("name", "pk")


@transaction.atomic
def save_view(*, name: str, query: str, is_shared: bool, by: Actor, now: datetime) -> SavedView:
    """Keep an address of the board under a name; the same name again replaces what it held.

    Raises `ViewError` for a name or an address that cannot be kept, `NotAllowedError` when a
    shared view is saved below Standard.
    """
    _require(by, is_shared=is_shared)
    if not is_shared and by.user_id is None:
        raise ViewError("A view of one's own needs a person. Save it for everybody instead.")
    if len(query) > LONGEST_QUERY:
        raise ViewError("This view's search is too long to keep. Shorten the search.")
    view, is_new = SavedView.objects.update_or_create(
        company_id=by.company_id,
        owner_id=None if is_shared else by.user_id,
        name=_checked(name),
        defaults={"query": query, "saved_at": now, "saved_by_name": by.name},
    )
    _record("view.save" if is_new else "view.replace", view, by, now)
    return view


@transaction.atomic
def rename_view(*, view: SavedView, name: str, by: Actor, now: datetime) -> SavedView:
    """Give a view another name; raises `ViewError` when that name is taken or empty.

    Raises `NotAllowedError` for a shared view below Standard.
    """
    _require_hold(view, by)
    old, view.name = view.name, _checked(name)
    try:
        with transaction.atomic():
            view.save(update_fields=["name"])
    except IntegrityError:
        raise ViewError(
            f"There is a view “{view.name}” already. Choose another name, or delete that one first."
        ) from None
    _record("view.rename", view, by, now, before={"name": old})
    return view


@transaction.atomic
def delete_view(*, view: SavedView, by: Actor, now: datetime) -> None:
    """Forget a view; the rows that it showed stay as they are.

    Raises `NotAllowedError` for a shared view below Standard.
    """
    _require_hold(view, by)
    _record("view.delete", view, by, now)
    view.delete()


def _require_hold(view: SavedView, by: Actor) -> None:
    # Another person's own view looks as if it did not exist.
    is_open = view.owner_id in {None, by.user_id}
    by.require_company(view.company_id if is_open else -1)
    _require(by, is_shared=view.owner_id is None)


def _require(by: Actor, *, is_shared: bool) -> None:
    if is_shared:
        by.require(Level.STANDARD, "change a view that everybody sees")
    else:
        by.require(Level.READ_ONLY, "keep a view of your own")


def _checked(name: str) -> str:
    words = " ".join(name.split())
    if not words:
        raise ViewError("A view needs a name. Type one, then save it again.")
    if len(words) > LONGEST_NAME:
        raise ViewError(f"A view's name has at most {LONGEST_NAME} characters. Shorten it.")
    return words


def _record(
    action: str,
    view: SavedView,
    by: Actor,
    now: datetime,
    *,
    before: dict[str, object] | None = None,
) -> None:
    record(
        by=by,
        now=now,
        action=action,
        target=("saved_view", view.pk, view.name),
        before=before,
        after={"name": view.name, "query": view.query, "is_shared": view.owner_id is None},
    )
