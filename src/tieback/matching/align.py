"""Two names word by word: what agrees, what was cut or shortened, what only one side says."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from tieback.matching.block import Pairs
from tieback.matching.normalise import Side, Vocabulary
from tieback.matching.records import Bools, Floats, Ints
from tieback.matching.threads import THREADS

_CHUNK = 8_192
# Words this alike are one word with a slip of the finger.
_SLIP = 0.9
# How much an agreement counts that is not letter by letter.
_SHORTENED, _SLIPPED = 0.9, 0.8
# What a word counts that says nothing: cut off on the other side, repeated, or added.
_LITTLE = np.float32(0.1)
NAME_FIELDS = (
    "job_covered",
    "project_covered",
    "shared",
    "job_alone",
    "project_alone",
    "job_rarest_alone",
    "project_rarest_alone",
    "siblings_shared",
    "siblings_job",
    "siblings_project",
    "siblings_beyond",
    "words_beyond",
    "order",
    "job_words",
    "own_words",
)


def align_names(
    jobs: Side, projects: Side, pairs: Pairs, vocabulary: Vocabulary
) -> dict[str, Floats]:
    """The fields of `NAME_FIELDS` for each pair; shares and sums by rarity of the words."""
    # Pairs with few words first, so that short names do not pay for long ones.
    order = np.argsort((jobs.words >= 0).sum(1)[pairs.job], kind="stable")
    found = {name: np.zeros(len(pairs), np.float32) for name in NAME_FIELDS}

    def fill(at: int) -> None:
        part = order[at : at + _CHUNK]
        names = _Two(
            _names(jobs, pairs.job[part]), _names(projects, pairs.project[part]), vocabulary
        )
        for name, values in _summed(names, *_agreement(names)).items():
            found[name][part] = values

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(fill, range(0, len(pairs), _CHUNK)))
    return found


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of one side of a chunk of pairs: a row for each place of a word."""

    words: Ints
    noise: Bools
    detail: Bools
    cut: Bools

    @property
    def last(self) -> Ints:
        """The place of the last word."""
        place: Ints = np.maximum((self.words >= 0).sum(0) - 1, 0)
        return place


@dataclass(frozen=True, slots=True)
class _Two:
    one: _Names
    other: _Names
    vocabulary: Vocabulary


def _names(side: Side, at: Ints) -> _Names:
    words = side.words[at]
    width = max(1, int((words >= 0).sum(1).max(initial=0)))
    return _Names(
        np.ascontiguousarray(words[:, :width].T),
        np.ascontiguousarray(side.noise[at, :width].T),
        np.ascontiguousarray(side.detail[at, :width].T),
        side.cut[at],
    )


def _agreement(names: _Two) -> tuple[Floats, Floats, Ints]:
    """How far each word of either name agrees with one of the other, and with the how manyeth."""
    a, b = names.one.words, names.other.words
    mine, theirs = np.zeros(a.shape, np.float32), np.zeros(b.shape, np.float32)
    place = np.zeros(a.shape, np.int8)
    for at, word in enumerate(a):
        for to, beside in enumerate(b):
            same = (word == beside) & (word >= 0)
            place[at][same & (mine[at] == 0)] = to
            mine[at][same] = theirs[to][same] = 1
    i, j, pair = _open(names, mine, theirs)
    how = _alike(names, i, j, pair)
    some = how > 0
    i, j, pair, how = i[some], j[some], pair[some], how[some]
    np.maximum.at(mine, (i, pair), how)
    np.maximum.at(theirs, (j, pair), how)
    place[i, pair] = j
    return mine, theirs, place


def _open(names: _Two, mine: Floats, theirs: Floats) -> tuple[Ints, Ints, Ints]:
    """Words that agree with none, and begin with the same letter: places and pair."""
    first = np.array([*map(ord, (text[0] for text in names.vocabulary.words.texts)), 0], np.int32)
    a, b = names.one.words, names.other.words
    one = np.where((a >= 0) & (mine == 0), first[a], -1)
    other = np.where((b >= 0) & (theirs == 0), first[b], -2)
    found: list[tuple[Ints, Ints, Ints]] = []
    for at, letters in enumerate(one):
        to, pair = np.nonzero(other == letters)
        found.append((np.full(len(to), at), to, pair))
    parts = [np.concatenate(part) for part in zip(*found, strict=True)]
    return parts[0], parts[1], parts[2]


def _alike(names: _Two, i: Ints, j: Ints, pair: Ints) -> Floats:
    """How alike words are that are not the same: shortened, cut off, or typed wrong."""
    texts = names.vocabulary.words.texts
    width = len(texts) + 1
    a, b = names.one.words[i, pair], names.other.words[j, pair]
    codes, back = np.unique(a.astype(np.int64) * width + b, return_inverse=True)
    one, other = [texts[at] for at in codes // width], [texts[at] for at in codes % width]
    how, begins, begun = _how_alike(one, other)
    cut = names.one.cut[pair] & (i == names.one.last[pair]) & begins[back]
    cut |= names.other.cut[pair] & (j == names.other.last[pair]) & begun[back]
    return np.where(cut, np.float32(_SHORTENED), how[back])


def _how_alike(one: list[str], other: list[str]) -> tuple[Floats, Bools, Bools]:
    """For each two words: how alike, whether the first begins the second, and the other way."""
    if not one:
        return np.zeros(0, np.float32), np.zeros(0, bool), np.zeros(0, bool)
    slip = process.cpdist(one, other, scorer=JaroWinkler.normalized_similarity, score_cutoff=_SLIP)
    both = list(zip(one, other, strict=True))
    shortest = np.array([min(len(a), len(b)) for a, b in both])
    plain = np.array([a.isalpha() and b.isalpha() for a, b in both], bool)
    begins = np.array([b.startswith(a) for a, b in both], bool)
    begun = np.array([a.startswith(b) for a, b in both], bool)
    how = np.where((slip > 0) & (shortest >= 4) & plain, _SLIPPED, 0.0)
    how = np.where((begins | begun) & (shortest >= 3) & plain, _SHORTENED, how)
    return how.astype(np.float32), begins, begun


@dataclass(frozen=True, slots=True)
class _Alone:
    """The words of one side's names that agree with none of the other's, place by place.

    `beyond` stand behind the other's cut; `tells` tell siblings apart, `detail` may be excused.
    """

    all: Bools
    beyond: Bools
    noise: Bools
    tells: Bools
    detail: Bools


def _alone(side: _Names, agreed: Floats, other_cut: Bools, vocabulary: Vocabulary) -> _Alone:
    beyond = _beyond(agreed, side.words, other_cut)
    alone = (agreed == 0) & (side.words >= 0) & ~beyond
    noise = side.noise & alone
    tells = vocabulary.is_sibling[side.words] & alone & ~noise
    return _Alone(alone, beyond, noise, tells, side.detail & alone)


def _added(mine: _Alone, other: _Alone) -> Bools:
    """Details that one side adds, which say nothing; where each has others, they count as words."""
    found: Bools = mine.detail & ~(other.tells | other.detail).any(0)
    return found


def _summed(names: _Two, mine: Floats, theirs: Floats, place: Ints) -> dict[str, Floats]:
    one, other, vocabulary = names.one, names.other, names.vocabulary
    a, b = one.words, other.words
    job = _alone(one, mine, other.cut, vocabulary)
    project = _alone(other, theirs, one.cut, vocabulary)
    job_added, project_added = _added(job, project), _added(project, job)
    a_weight = _weighed(a, job.noise | job.beyond | job_added, vocabulary)
    b_weight = _weighed(b, project.noise | project.beyond | project_added, vocabulary)
    last, pair = one.last, np.arange(a.shape[1])
    stub = np.flatnonzero(one.cut & (mine[last, pair] == 0))
    a_weight[last[stub], stub] *= 0.3
    a_alone, b_alone = a_weight * (1 - mine), b_weight * (1 - theirs)
    compass = vocabulary.is_compass
    opposite = (compass[a] & job.all).any(0) & (compass[b] & project.all).any(0)
    shared = (a_weight * mine).sum(0)
    sibling = vocabulary.is_sibling
    found = {
        "job_covered": shared / np.maximum(a_weight.sum(0), 1e-6),
        "project_covered": (b_weight * theirs).sum(0) / np.maximum(b_weight.sum(0), 1e-6),
        "shared": shared,
        "job_alone": a_alone.sum(0),
        "project_alone": b_alone.sum(0),
        "job_rarest_alone": a_alone.max(0),
        "project_rarest_alone": b_alone.max(0),
        "siblings_shared": (sibling[a] & (mine > 0)).sum(0),
        "siblings_job": (job.tells & ~job_added).sum(0) + opposite,
        "siblings_project": (project.tells & ~project_added).sum(0) + opposite,
        "siblings_beyond": (sibling[b] & project.beyond).sum(0),
        "words_beyond": (project.beyond & (b >= 0)).sum(0),
        "order": _in_order(mine, place),
        "job_words": (a >= 0).sum(0),
        "own_words": (vocabulary.is_own[a] & (mine > 0) & ~one.noise).sum(0),
    }
    return {name: values.astype(np.float32) for name, values in found.items()}


def _weighed(words: Ints, is_little: Bools, vocabulary: Vocabulary) -> Floats:
    rarity = vocabulary.rarity[words]
    found: Floats = np.where(is_little, _LITTLE * rarity, rarity)
    return found


def _beyond(agreed: Floats, words: Ints, cut: Bools) -> Bools:
    """Words behind the last one that agrees, where the other side's name was cut."""
    after = np.logical_or.accumulate(agreed[::-1] > 0, 0)[::-1]
    found: Bools = cut & ~after & after[0] & (words >= 0)
    return found


def _in_order(mine: Floats, place: Ints) -> Floats:
    """The share of agreeing words that come in the same order on both sides."""
    some = mine > 0
    both = some[:-1] & some[1:]
    kept = (both & (place[1:] > place[:-1])).sum(0)
    share: Floats = (kept / np.maximum(both.sum(0), 1)).astype(np.float32)
    return share
