"""What changed since a full match: which records, and which pairs come and go with them."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from tieback.matching.block import Later, Pairs
from tieback.matching.compare import compare
from tieback.matching.known import IdPairs, Known
from tieback.matching.prepared import Prepared, linked_ids
from tieback.matching.records import DATES, TEXTS, Bools, Longs, Records
from tieback.matching.sides import joined, tail
from tieback.matching.slots import CLOSED, slots_of


@dataclass(frozen=True, slots=True)
class Changes:
    """What changes on either side, jobs first.

    `asked` are new and changed records, which look for pairs; `gone` are ids that leave the list.
    """

    asked: tuple[Records, Records]
    gone: tuple[set[str], set[str]]
    known: Known


def changes_of(
    prepared: Prepared,
    given: tuple[Records, Records],
    gone: tuple[Collection[str], Collection[str]],
    known: Known,
) -> Changes | None:
    """What `rescore` was told, less what was so already; None where nothing is left."""
    left = set(gone[0]) & prepared.rows[0].keys(), set(gone[1]) & prepared.rows[1].keys()
    asked = tuple(_asked(prepared, at, given[at], set(gone[at])) for at in (0, 1))
    if not any(map(len, (*left, asked[0].id, asked[1].id))) and known == prepared.known:
        return None
    return Changes((asked[0], asked[1]), left, known)


def decided(known: Known, confirmed: IdPairs, rejected: IdPairs, reopened: IdPairs) -> Known:
    """What is known with these decisions on top, and without those that were taken back."""
    undone = set(reopened)
    return Known(
        tuple(pair for pair in dict.fromkeys([*known.confirmed, *confirmed]) if pair not in undone),
        tuple(pair for pair in dict.fromkeys([*known.rejected, *rejected]) if pair not in undone),
    )


def _asked(prepared: Prepared, which: int, given: Records, gone: set[str]) -> Records:
    """The records that are new or say something else; of an id that repeats, the last."""
    rows, held = prepared.rows[which], prepared.sides[which].records
    last = {key: at for at, key in enumerate(given.id) if key not in gone}
    new = [
        at
        for key, at in sorted(last.items())
        if key not in rows or not _is_same(held, rows[key], given, at)
    ]
    return given.take(np.array(new, np.int64))


def _is_same(one: Records, at: int, other: Records, to: int) -> bool:
    if any(getattr(one, name)[at] != getattr(other, name)[to] for name in TEXTS):
        return False
    return all(
        np.array_equal(getattr(one, name)[at], getattr(other, name)[to], equal_nan=True)
        for name in (*DATES, "value")
    )


def with_changes(prepared: Prepared, changes: Changes) -> tuple[Prepared, Longs]:
    """The lists after the changes, and the pairs that came or went."""
    later = _with_rows(prepared, changes)
    pairs = _new_pairs(later, tuple(map(len, prepared.sides)))
    slots = later.slots
    if len(pairs):
        evidence = compare(*later.sides, pairs, later.reading.vocabulary, later.counted)
        slots = slots.with_more(slots_of(pairs, evidence, later.weights))
    is_open = _open(later, slots.job, slots.project)
    is_open[_slots(later, slots.job, slots.project)] = False
    moved = np.flatnonzero(is_open != slots.is_open)
    slots = replace(
        slots,
        is_open=is_open,
        is_matched=slots.is_matched & is_open,
        score=np.where(is_open, slots.score, CLOSED),
    )
    return replace(later, slots=slots), moved


def _open(later: Prepared, jobs: Longs, projects: Longs) -> Bools:
    found: Bools = later.is_open[0][jobs] & later.is_open[1][projects]
    return found


def _slots(later: Prepared, jobs: Longs, projects: Longs) -> Longs:
    """The rejected pairs among these."""
    rows, width = later.rows, len(later.sides[1])
    codes = [
        rows[0][job] * width + rows[1][project]
        for job, project in later.known.rejected
        if job in rows[0] and project in rows[1]
    ]
    if not codes:
        return np.zeros(0, np.int64)
    is_one = np.zeros(len(later.sides[0]), bool)
    is_one[np.array(codes) // width] = True
    some = np.flatnonzero(is_one[jobs])
    return some[np.isin(jobs[some].astype(np.int64) * width + projects[some], codes)]


def _with_rows(prepared: Prepared, changes: Changes) -> Prepared:
    """The lists with the new records at their end, and who of them is still to be matched."""
    reading, sides, rows, is_alive, places = prepared.reading, [], [], [], []
    for at in (0, 1):
        side, records, had = prepared.sides[at], changes.asked[at], prepared.rows[at]
        alive = prepared.is_alive[at].copy()
        alive[[had[key] for key in {*changes.gone[at], *records.id} if key in had]] = False
        found = dict(had)
        for key in changes.gone[at]:
            del found[key]
        if len(records):
            more, reading = reading.more(at, records)
            found |= {key: len(side) + row for row, key in enumerate(records.id)}
            side = joined(side, more)
        placed = np.array([reading.place(at, key) for key in records.id])
        sides.append(side)
        rows.append(found)
        is_alive.append(np.concatenate([alive, np.ones(len(records), bool)]))
        places.append(np.concatenate([prepared.places[at], placed]))
    later = replace(
        prepared,
        sides=(sides[0], sides[1]),
        reading=reading,
        rows=(rows[0], rows[1]),
        is_alive=(is_alive[0], is_alive[1]),
        places=(places[0], places[1]),
        known=changes.known,
    )
    return replace(later, is_open=_open_rows(later))


def _open_rows(later: Prepared) -> tuple[Bools, Bools]:
    found = later.is_alive[0].copy(), later.is_alive[1].copy()
    for is_open, rows, ids in zip(
        found, later.rows, linked_ids(later.known, *later.rows), strict=True
    ):
        is_open[[rows[key] for key in ids]] = False
    return found


def _new_pairs(later: Prepared, before: tuple[int, ...]) -> Pairs:
    """The pairs of the records that came last, with whoever is in the list: linked ones too.

    These are closed until their partner leaves them.
    """
    counted = later.counted
    more = tail(later.sides[0], counted[0]), tail(later.sides[1], counted[1])
    asking = tuple(np.arange(before[at] - counted[at], len(more[at])) for at in (0, 1))
    reading = later.reading
    pairs = Later(reading.index, reading.crossed, more).candidates((asking[0], asking[1]))
    there = np.flatnonzero(later.is_alive[0][pairs.job] & later.is_alive[1][pairs.project])
    return Pairs(pairs.job[there], pairs.project[there], pairs.near[there])
