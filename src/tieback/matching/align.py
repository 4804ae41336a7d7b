"""Two names word by word: what agrees, what was cut or shortened, what only one side says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from tieback.matching.block import Pairs
from tieback.matching.normalise import Side, Vocabulary
from tieback.matching.records import Bools, Floats, Ints, Longs

_CHUNK = 16_000
# Words this alike are one word with a slip of the finger.
_SLIP = 0.9
# How much an agreement counts that is not letter by letter.
_SHORTENED, _SLIPPED = 0.9, 0.8
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
)


@dataclass(frozen=True, slots=True)
class Alike:
    """How alike two words are that are not the same: by code of both, sorted."""

    codes: Longs
    how: Floats
    width: int

    def of(self, one: Ints, other: Ints) -> Floats:
        wanted = one.astype(np.int64) * self.width + other
        if not len(self.codes):
            return np.zeros(wanted.shape, np.float32)
        at = np.minimum(np.searchsorted(self.codes, wanted), len(self.codes) - 1)
        return np.where(self.codes[at] == wanted, self.how[at], 0).astype(np.float32)


def align_names(
    jobs: Side, projects: Side, pairs: Pairs, vocabulary: Vocabulary
) -> dict[str, Floats]:
    """The fields of `NAME_FIELDS` for each pair; shares and sums by rarity of the words."""
    alike = _alike_words(jobs, projects, pairs, vocabulary)
    parts = [
        _aligned(jobs, projects, pairs.job[part], pairs.project[part], vocabulary, alike)
        for part in _chunks(len(pairs))
    ]
    return {
        name: np.concatenate([part[name] for part in parts] or [np.zeros(0, np.float32)])
        for name in NAME_FIELDS
    }


def _chunks(n: int) -> Iterator[slice]:
    return (slice(at, min(at + _CHUNK, n)) for at in range(0, n, _CHUNK))


def _alike_words(jobs: Side, projects: Side, pairs: Pairs, vocabulary: Vocabulary) -> Alike:
    """Every two different words that some pair sets against each other and that may be one."""
    texts = vocabulary.words.texts
    width = len(texts) + 1
    first = _per_word(texts, lambda text: ord(text[0]))
    plain = _per_word(texts, lambda text: int(len(text) > 1 and not any(c.isdigit() for c in text)))
    first = np.where(plain == 1, first, -1 - np.arange(len(first)))
    seen = []
    for part in _chunks(len(pairs)):
        a, b = jobs.words[pairs.job[part]], projects.words[pairs.project[part]]
        same = a[:, :, None] == b[:, None, :]
        a_open = (a >= 0) & ~same.any(2)
        b_open = (b >= 0) & ~same.any(1)
        may = a_open[:, :, None] & b_open[:, None, :]
        may &= first[a][:, :, None] == first[b][:, None, :]
        row, i, j = np.nonzero(may)
        seen.append(np.unique(a[row, i].astype(np.int64) * width + b[row, j]))
    codes = np.unique(np.concatenate(seen)) if seen else np.zeros(0, np.int64)
    one = [texts[at] for at in codes // width]
    other = [texts[at] for at in codes % width]
    how = _how_alike(one, other)
    kept = how > 0
    return Alike(codes[kept], how[kept], width)


def _per_word(texts: list[str], read: Callable[[str], int]) -> Ints:
    """`read` of each word; its last entry stands for padding."""
    return np.fromiter((*map(read, texts), 0), np.int32, len(texts) + 1)


def _how_alike(one: list[str], other: list[str]) -> Floats:
    if not one:
        return np.zeros(0, np.float32)
    slip = process.cpdist(one, other, scorer=JaroWinkler.normalized_similarity, score_cutoff=_SLIP)
    lengths = np.array([min(len(a), len(b)) for a, b in zip(one, other, strict=True)])
    begun = np.array(
        [a.startswith(b) or b.startswith(a) for a, b in zip(one, other, strict=True)], bool
    )
    how = np.where((slip > 0) & (lengths >= 4), _SLIPPED, 0.0)
    return np.where(begun & (lengths >= 3), _SHORTENED, how).astype(np.float32)


def _aligned(
    jobs: Side, projects: Side, job: Ints, project: Ints, vocabulary: Vocabulary, alike: Alike
) -> dict[str, Floats]:
    a, b = jobs.words[job], projects.words[project]
    agreed = (a[:, :, None] == b[:, None, :]) & (a >= 0)[:, :, None]
    agreed_share = agreed.astype(np.float32)
    a_open, b_open = (a >= 0) & ~agreed.any(2), (b >= 0) & ~agreed.any(1)
    row, i, j = np.nonzero(a_open[:, :, None] & b_open[:, None, :])
    how = alike.of(a[row, i], b[row, j])
    how = np.maximum(how, _cut_short(jobs, projects, job, project, (row, i, j), vocabulary))
    agreed_share[row, i, j] = how
    return _summed(
        agreed_share,
        (a, b),
        (jobs.noise[job], projects.noise[project]),
        (jobs.cut[job], projects.cut[project]),
        vocabulary,
    )


def _cut_short(
    jobs: Side,
    projects: Side,
    job: Ints,
    project: Ints,
    where: tuple[Longs, Longs, Longs],
    vocabulary: Vocabulary,
) -> Floats:
    """Whether the last word of a cut name begins the other side's word."""
    row, i, j = where
    texts = vocabulary.words.texts
    found = np.zeros(len(row), np.float32)
    for side, other, records, others, at, to in (
        (jobs, projects, job, project, i, j),
        (projects, jobs, project, job, j, i),
    ):
        words = side.words[records]
        last = (words >= 0).sum(1) - 1
        which = np.flatnonzero(side.cut[records][row] & (at == last[row]))
        short = words[row[which], at[which]]
        long = other.words[others[row[which]], to[which]]
        begun = [texts[b].startswith(texts[a]) for a, b in zip(short, long, strict=True)]
        found[which[np.array(begun, bool)]] = _SHORTENED
    return found


def _summed(
    agreed: Floats,
    words: tuple[Ints, Ints],
    noise: tuple[Bools, Bools],
    cut: tuple[Bools, Bools],
    vocabulary: Vocabulary,
) -> dict[str, Floats]:
    a, b = words
    a_agreed, b_agreed = agreed.max(2), agreed.max(1)
    beyond_b = _beyond(b_agreed, b, cut[0])
    beyond_a = _beyond(a_agreed, a, cut[1])
    a_weight = vocabulary.rarity[a] * np.where((noise[0] & (a_agreed == 0)) | beyond_a, 0.1, 1)
    b_weight = vocabulary.rarity[b] * np.where((noise[1] & (b_agreed == 0)) | beyond_b, 0.1, 1)
    last = np.maximum((a >= 0).sum(1) - 1, 0)
    stub = cut[0] & (a_agreed[np.arange(len(a)), last] == 0)
    a_weight[np.flatnonzero(stub), last[stub]] *= 0.3
    a_alone, b_alone = a_weight * (1 - a_agreed), b_weight * (1 - b_agreed)
    a_sibling, b_sibling = vocabulary.is_sibling[a], vocabulary.is_sibling[b]
    shared = (a_weight * a_agreed).sum(1)
    found = {
        "job_covered": shared / np.maximum(a_weight.sum(1), 1e-6),
        "project_covered": (b_weight * b_agreed).sum(1) / np.maximum(b_weight.sum(1), 1e-6),
        "shared": shared,
        "job_alone": a_alone.sum(1),
        "project_alone": b_alone.sum(1),
        "job_rarest_alone": a_alone.max(1),
        "project_rarest_alone": b_alone.max(1),
        "siblings_shared": (a_sibling & (a_agreed > 0)).sum(1),
        "siblings_job": (a_sibling & (a_agreed == 0) & ~noise[0] & ~beyond_a).sum(1),
        "siblings_project": (b_sibling & (b_agreed == 0) & ~noise[1] & ~beyond_b).sum(1),
        "siblings_beyond": (b_sibling & (b_agreed == 0) & beyond_b).sum(1),
        "words_beyond": (beyond_b & (b >= 0)).sum(1),
        "order": _in_order(agreed),
        "job_words": (a >= 0).sum(1),
    }
    return {name: values.astype(np.float32) for name, values in found.items()}


def _beyond(agreed: Floats, words: Ints, cut: Bools) -> Bools:
    """Words behind the last one that agrees, where the other side's name was cut."""
    width = agreed.shape[1]
    some = agreed > 0
    last = np.where(some.any(1), width - 1 - some[:, ::-1].argmax(1), width)
    found: Bools = cut[:, None] & (np.arange(width) > last[:, None]) & (words >= 0)
    return found


def _in_order(agreed: Floats) -> Floats:
    """The share of agreeing words that come in the same order on both sides."""
    place = agreed.argmax(2)
    some = agreed.max(2) > 0
    both = some[:, :-1] & some[:, 1:]
    kept = (both & (place[:, 1:] > place[:, :-1])).sum(1)
    share: Floats = (kept / np.maximum(both.sum(1), 1)).astype(np.float32)
    return share
