"""Both lists as arrays in one vocabulary, so that all that follows is arithmetic."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, islice
from typing import TypeVar

import numpy as np

from tieback.matching.details import detail_places
from tieback.matching.names import (
    COMPASS,
    MOST_WORDS,
    NameReader,
    cut_lengths,
    is_sibling_word,
)
from tieback.matching.numbers import (
    NO_NUMBER,
    Habits,
    Number,
    habits,
    number_in_name,
    number_of,
    usual_stem,
)
from tieback.matching.places import address_of, owner_told, owner_words, zip_of
from tieback.matching.records import Bools, Floats, Ints, Records
from tieback.matching.rules import Rules
from tieback.matching.words import words_of

_T = TypeVar("_T")
UNKNOWN = -1
# A word in this many records says nothing any more; one that only two share says all.
_COMMON = 20_000
LETTERED = 100


class Codes:
    """Texts as numbers; the same text is the same number on both sides, "" is UNKNOWN."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {"": UNKNOWN}
        self.texts: list[str] = []

    def all(self, texts: Iterable[str]) -> Ints:
        known = self._known
        found = np.array([known.setdefault(text, len(known) - 1) for text in texts], np.int32)
        self.texts.extend(islice(known, len(self.texts) + 1, None))
        return found


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the codes of both sides stand for; `rarity` of a word is 1 to 0.05, by count alone.

    It does not ask how long the lists are: a record with other words changes nobody's rarity. A
    word that `is_own` is none of the trade's ("school", "street") and tells no siblings apart.
    """

    words: Codes
    owners: Codes
    stems: Codes
    places: Codes
    lines: Codes
    rarity: Floats
    is_sibling: Bools
    is_compass: Bools
    is_own: Bools


@dataclass(frozen=True, slots=True)
class Side:
    """One list. Arrays have a row for each record; words are padded with UNKNOWN.

    `noise` marks words of a name that only repeat its customer, city or the customer's initials,
    `detail` those that add a code or the limits of a stretch.
    """

    records: Records
    heads: list[str]
    spelling: Ints
    words: Ints
    noise: Bools
    detail: Bools
    cut: Bools
    stem: Ints
    sub: Ints
    tail: Ints
    digits: Ints
    name_stem: Ints
    name_sub: Ints
    phase: Ints
    building: Ints
    owner: Ints
    owner_texts: list[str]
    line: Ints
    house: Ints
    street: Ints
    zip: Ints
    city: Ints
    state: Ints

    def __len__(self) -> int:
        return len(self.heads)


def normalise(jobs: Records, projects: Records, rules: Rules) -> tuple[Side, Side, Vocabulary]:
    """The two sides and their shared vocabulary."""
    words, owners, stems, places, lines = (Codes() for _ in range(5))
    usual = usual_stem([*jobs.number, *projects.number], rules)

    def side(records: Records, printed: Habits) -> Side:
        numbers = [
            number_of(text, rules, usual, printed) if text else NO_NUMBER for text in records.number
        ]
        return _side(records, rules, usual, numbers, words, owners, stems, places, lines)

    both = (
        side(jobs, habits(jobs.number, projects.number)),
        side(projects, habits(projects.number, jobs.number)),
    )
    counts = sum(_counts(one.words, len(words.texts)) for one in both)
    rarity = 1 - np.log(np.maximum(counts, 1)) / np.log(_COMMON)
    vocabulary = Vocabulary(
        words,
        owners,
        stems,
        places,
        lines,
        np.append(np.clip(rarity, 0.05, 1), 0).astype(np.float32),
        *(np.append(kind, False) for kind in _kinds(words.texts, rules)),
    )
    return *both, vocabulary


def normalise_more(
    records: Records,
    rules: Rules,
    usual: int,
    printed: Habits,
    cut: frozenset[int],
    vocabulary: Vocabulary,
) -> tuple[Side, Vocabulary]:
    """More records of one side, read as the lists were.

    `usual`, `printed` and `cut` are as from `usual_stem`, `habits` and `cut_lengths` of the lists.
    A word keeps its rarity; one that the lists do not have is as rare as can be.
    """
    had = vocabulary
    numbers = [
        number_of(text, rules, usual, printed) if text else NO_NUMBER for text in records.number
    ]
    codes = had.words, had.owners, had.stems, had.places, had.lines
    side = _side(records, rules, usual, numbers, *codes)
    is_cut = np.fromiter((len(text) in cut for text in records.name), bool, len(records))
    known = len(had.rarity) - 1
    new = had.words.texts[known:]
    kinds = (
        np.concatenate([kind[:known], more, kind[known:]])
        for kind, more in zip(
            (had.is_sibling, had.is_compass, had.is_own), _kinds(new, rules), strict=True
        )
    )
    rarity = np.concatenate([had.rarity[:known], np.ones(len(new), np.float32), had.rarity[known:]])
    return replace(side, cut=is_cut), Vocabulary(*codes, rarity, *kinds)


def _kinds(texts: Sequence[str], rules: Rules) -> tuple[Bools, Bools, Bools]:
    """Of each word, whether it tells siblings apart, is a direction, or is one's own."""
    trade = frozenset(rules.folded.values())
    sibling, compass, common = (
        np.fromiter(map(asked, texts), bool, len(texts))
        for asked in (is_sibling_word, COMPASS.__contains__, trade.__contains__)
    )
    return sibling, compass, ~(sibling | compass | common)


def _counts(words: Ints, size: int) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return np.bincount(words[words >= 0], minlength=size)


def _side(
    records: Records,
    rules: Rules,
    usual: int,
    numbers: list[Number],
    words: Codes,
    owners: Codes,
    stems: Codes,
    places: Codes,
    lines: Codes,
) -> Side:
    typed, bare = _numbers_in_names(records.name, rules, usual)
    reader = NameReader(rules)
    named = list(map(reader.words, bare))
    owned = _each(records.owner, lambda text: tuple(owner_words(text, rules)))
    cities = _each(records.city, lambda text: tuple(words_of(text)))
    addresses = _each(records.address, lambda text: address_of(text, rules))
    lengths = cut_lengths(records.name)
    zips = _each(records.zip, zip_of)
    return Side(
        records=records,
        heads=[" ".join(found) for found in named],
        spelling=lines.all(" ".join(text.split()) for text in records.name),
        words=_padded(named, words),
        noise=_noise(named, owned, cities),
        detail=_details(bare, named, reader),
        cut=np.fromiter((len(text) in lengths for text in records.name), bool, len(records)),
        stem=stems.all(number.stem for number in numbers),
        sub=_subs(numbers),
        tail=stems.all(number.stem[-4:] for number in numbers),
        digits=np.fromiter(map(_shape, numbers), np.int32, len(records)),
        name_stem=stems.all(number.stem for number in typed),
        name_sub=_subs(typed),
        phase=_marked(named, "phase#", words),
        building=_marked(named, "building#", words),
        owner=owners.all(map(owner_told, owned)),
        owner_texts=owners.texts,
        line=lines.all(found.line for found in addresses),
        house=places.all(found.house for found in addresses),
        street=places.all(found.street for found in addresses),
        zip=places.all(zips),
        city=places.all(" ".join(found) for found in cities),
        state=places.all(_each(records.state, str.casefold)),
    )


def _each(texts: Sequence[str], read: Callable[[str], _T]) -> list[_T]:
    """`read` of each text, once for each that repeats."""
    known = cache(read)
    return [known(text) for text in texts]


def _numbers_in_names(
    names: Sequence[str], rules: Rules, usual: int
) -> tuple[list[Number], list[str]]:
    found = [number_in_name(name) for name in names]
    typed = [number_of(text, rules, usual) if text else NO_NUMBER for text, _ in found]
    return typed, [rest or name for (_, rest), name in zip(found, names, strict=True)]


def _shape(number: Number) -> int:
    """How many digits; letters make another shape of the same length."""
    return len(number.stem) + (0 if number.stem.isdigit() else LETTERED)


def _subs(numbers: Sequence[Number]) -> Ints:
    subs = (int(n.sub) if n.sub.isdigit() and len(n.sub) < 9 else len(n.sub) for n in numbers)
    return np.fromiter(subs, np.int32, len(numbers))


def _padded(named: list[list[str]], codes: Codes) -> Ints:
    lengths = np.fromiter(map(len, named), np.int64, len(named))
    padded = np.full((len(named), max([1, *lengths.tolist()])), UNKNOWN, np.int32)
    padded[np.arange(padded.shape[1]) < lengths[:, None]] = codes.all(chain.from_iterable(named))
    return padded


def _noise(
    named: list[list[str]], owned: list[tuple[str, ...]], cities: list[tuple[str, ...]]
) -> Bools:
    width = min(max([1, *map(len, named)]), MOST_WORDS)
    noise = np.zeros((len(named), width), bool)
    for row, words in enumerate(named):
        initials = "".join([word[0] for word in owned[row]])
        if words and len(words[0]) > 1 and initials.startswith(words[0]):
            noise[row, 0] = True
        for repeated in (owned[row], cities[row]):
            for word in repeated:
                if word in words:
                    noise[row, : len(words)] |= [one == word for one in words]
    return noise


def _details(names: Sequence[str], named: list[list[str]], reader: NameReader) -> Bools:
    width = min(max([1, *map(len, named)]), MOST_WORDS)
    found = np.zeros((len(named), width), bool)
    for row, name in enumerate(names):
        for start, end in detail_places(name, reader):
            found[row, start:end] = True
    return found


def _marked(named: list[list[str]], start: str, codes: Codes) -> Ints:
    found = (next((w for w in words if w.startswith(start)), "") for words in named)
    return codes.all(found)
