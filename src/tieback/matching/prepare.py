"""A full match that leaves everything in place for what changes later."""

from dataclasses import replace

import numpy as np

from tieback.matching.block import Index, index_of
from tieback.matching.calibrate import floor, worth_of_being_left
from tieback.matching.compare import compare
from tieback.matching.engine import STEPS, Matching, Progress, answer, tie
from tieback.matching.known import Known, linked, settle, still_open
from tieback.matching.lanes import USUAL_PRECISION, check, lanes
from tieback.matching.learned import Sizes, have_partner
from tieback.matching.names import cut_lengths
from tieback.matching.normalise import Vocabulary, normalise
from tieback.matching.numbers import habits, usual_stem
from tieback.matching.prepared import Prepared, Reading, finished, scores_of
from tieback.matching.records import Bools, Floats, Records
from tieback.matching.report import Tally, tally
from tieback.matching.rules import Rules, default_rules
from tieback.matching.score import levels, weights
from tieback.matching.slots import slots_of
from tieback.matching.solve import assign, rivals


def prepare(
    jobs: Records,
    projects: Records,
    *,
    rules: Rules | None = None,
    known: Known = Known(),  # noqa: B008 - it is frozen
    precision: float = USUAL_PRECISION,
    progress: Progress = lambda step, done: None,
) -> tuple[Matching, Prepared]:
    """Match two lists as `engine.match` does, and keep what `rescore` needs.

    Raises `ValueError` where no lane can promise `precision`.
    """
    check(precision)
    read = rules or default_rules()
    lists = jobs.take(jobs.canonical_order()), projects.take(projects.canonical_order())
    progress(STEPS[0], 0)
    one, other, vocabulary = normalise(*lists, read)
    progress(STEPS[1], 1)
    index = index_of(one, other)
    pairs, settled = settle(known, *lists, index.candidates())
    progress(STEPS[2], 2)
    evidence = compare(one, other, pairs, vocabulary)
    progress(STEPS[3], 3)
    by_field, sizes = levels(evidence), (len(one), len(other))
    fitted = weights(by_field, pairs, sizes, settled)
    confirmed = np.flatnonzero(settled.confirmed) if settled else np.zeros(0, np.int64)
    seen = tally(by_field, confirmed)
    is_open = settled.open if settled else np.ones(len(pairs), bool)
    slots = replace(slots_of(pairs, evidence, fitted), is_open=is_open)
    del by_field, evidence, pairs
    counted, use = Sizes(sizes, still_open(known, *lists)), np.flatnonzero(is_open)
    prepared = Prepared(
        sides=index.sides,
        slots=slots,
        reading=_reading(read, vocabulary, index),
        weights=fitted,
        known=known,
        rows=_rows(*lists),
        is_alive=(np.ones(sizes[0], bool), np.ones(sizes[1], bool)),
        is_open=_open(known, *lists),
        places=(_places(sizes[0]), _places(sizes[1])),
        partners=tuple(have_partner(slots.first[use], slots.pairs(use), counted)),
    )
    progress(STEPS[4], 4)
    prepared = _solved(prepared, counted)
    progress(STEPS[5], 5)
    return _answered(prepared, seen, counted, precision)


def _reading(rules: Rules, vocabulary: Vocabulary, index: Index) -> Reading:
    jobs, projects = (side.records for side in index.sides)
    return Reading(
        rules,
        usual_stem([*jobs.number, *projects.number], rules),
        (habits(jobs.number, projects.number), habits(projects.number, jobs.number)),
        (cut_lengths(jobs.name), cut_lengths(projects.name)),
        vocabulary,
        index,
        (index.crossed(0), index.crossed(1)),
        (sorted(jobs.id), sorted(projects.id)),
    )


def _solved(prepared: Prepared, counted: Sizes) -> Prepared:
    slots = prepared.slots
    use = np.flatnonzero(slots.is_open)
    score = slots.score.copy()
    score[use] = scores_of(prepared, use, use)
    pairs = slots.pairs(use)
    apart = tie(pairs, prepared.places)
    matched = use[assign(score[use] + apart, pairs, prepared.sizes, floor(1))]
    worth = worth_of_being_left(score[matched], counted)
    is_matched = np.zeros(len(score), bool)
    is_matched[matched[score[matched] > floor(worth)]] = True
    slots = replace(slots, score=score, is_matched=is_matched)
    return finished(replace(prepared, slots=slots, worth=worth))


def _answered(
    prepared: Prepared, seen: Tally, counted: Sizes, precision: float
) -> tuple[Matching, Prepared]:
    which, found = prepared.scored(np.flatnonzero(prepared.slots.is_open))
    found = replace(found, seen=seen, sizes=counted)
    chosen = np.flatnonzero(prepared.slots.is_chosen[which])
    beside = rivals(found.score, found.pairs, prepared.sizes)
    sorted_out = lanes(found.score, beside, found.evidence, chosen, found.pairs, precision)
    chances = prepared.slots.chance[which[chosen]]
    matching = answer(found, chosen, chances, prepared.known, beside, sorted_out)
    is_twin = prepared.slots.is_twin.copy()
    is_twin[which[chosen]] = sorted_out.is_twin
    return matching, replace(
        prepared,
        slots=replace(prepared.slots, is_twin=is_twin),
        threshold=sorted_out.threshold,
        why_empty=sorted_out.why_empty,
        groups=matching.twins,
    )


def _places(size: int) -> Floats:
    found: Floats = np.arange(size) / max(size, 1)
    return found


def _rows(*sides: Records) -> tuple[dict[str, int], dict[str, int]]:
    one, other = ({key: at for at, key in enumerate(side.id)} for side in sides)
    return one, other


def _open(known: Known, jobs: Records, projects: Records) -> tuple[Bools, Bools]:
    found = np.ones(len(jobs), bool), np.ones(len(projects), bool)
    for is_open, rows in zip(found, linked(known, jobs, projects), strict=True):
        is_open[rows] = False
    return found
