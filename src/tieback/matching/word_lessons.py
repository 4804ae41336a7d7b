"""Words that one side of a company's links writes its own way, or that only one side writes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from tieback.matching.lesson import FEWEST, Lesson, collisions, is_too_much
from tieback.matching.names import cut_lengths, is_sibling_word
from tieback.matching.numbers import number_in_name
from tieback.matching.places import owner_words
from tieback.matching.records import Records
from tieback.matching.rules import Rules
from tieback.matching.words import words_of

Rows = Sequence[tuple[int, int]]
_MOST_WORDS = 24
_SHORTEST = 3
_SIDES = ("ERP's", "project's")
_ONE_WORD = "\0"


@dataclass(frozen=True, slots=True)
class _Names:
    """One side: the words of each name as typed and as read, and whether the name was cut."""

    typed: list[list[str]]
    read: list[tuple[str, ...]]
    cut: list[bool]


@dataclass(frozen=True, slots=True)
class _Habits:
    """Where linked names part: one word for another, and words that stand on one side alone."""

    swapped: dict[tuple[str, str], list[tuple[int, int]]]
    alone: tuple[dict[str, list[tuple[int, int]]], dict[str, list[tuple[int, int]]]]


def word_lessons(jobs: Records, projects: Records, rows: Rows, rules: Rules) -> list[Lesson]:
    """Lessons about names and customers from linked `rows` (job, project)."""
    sides = _names(jobs, rules), _names(projects, rules)
    known = [_said_elsewhere(jobs, projects, pair) for pair in rows]
    habits = _habits(sides, rows, known)
    ids = jobs.id, projects.id
    return [
        *_abbreviations(habits, sides, ids, rules),
        *_stops(habits, sides, ids, rules),
        *_legal(jobs, projects, rows, rules),
    ]


def _names(records: Records, rules: Rules) -> _Names:
    lengths = cut_lengths(records.name)
    bare = (number_in_name(name)[1] or name for name in records.name)
    typed = [
        [word for word in words_of(name)[:_MOST_WORDS] if word not in rules.stop] for name in bare
    ]
    return _Names(
        typed,
        [tuple(map(rules.family, words)) for words in typed],
        [len(name) in lengths for name in records.name],
    )


def _said_elsewhere(jobs: Records, projects: Records, pair: tuple[int, int]) -> frozenset[str]:
    """Words of the customers and cities, which names only repeat."""
    job, project = pair
    texts = jobs.owner[job], projects.owner[project], jobs.city[job], projects.city[project]
    return frozenset(word for text in texts if text for word in words_of(text))


def _habits(sides: tuple[_Names, _Names], rows: Rows, known: Sequence[frozenset[str]]) -> _Habits:
    found = _Habits({}, ({}, {}))
    for (job, project), elsewhere in zip(rows, known, strict=True):
        if sides[0].read[job] == sides[1].read[project]:
            continue
        for one, other in _differences(sides, job, project):
            kept = [
                [word for word in words if _may_teach(word) and word not in elsewhere]
                for words in (one, other)
            ]
            if len(one) == len(other) == len(kept[0]) == len(kept[1]) == 1:
                found.swapped.setdefault((one[0], other[0]), []).append((job, project))
            for side in (0, 1):
                if not (one, other)[1 - side]:
                    for word in set(kept[side]):
                        found.alone[side].setdefault(word, []).append((job, project))
    return found


def _differences(
    sides: tuple[_Names, _Names], job: int, project: int
) -> Iterator[tuple[list[str], list[str]]]:
    """The runs of words that are not the same, one of them maybe empty, in names half alike.

    What stands behind the end of a name that was cut is no difference.
    """
    read, typed = (
        (sides[0].read[job], sides[1].read[project]),
        (sides[0].typed[job], sides[1].typed[project]),
    )
    alike = SequenceMatcher(None, *read, autojunk=False)
    if 2 * sum(block.size for block in alike.get_matching_blocks()) < min(map(len, read)):
        return
    for what, a, b, c, d in alike.get_opcodes():
        at_end = b == len(read[0]) and d == len(read[1])
        is_cut = sides[0].cut[job] or sides[1].cut[project]
        if what != "equal" and not (at_end and is_cut):
            yield typed[0][a:b], typed[1][c:d]


def _may_teach(word: str) -> bool:
    return len(word) > 1 and word.isalpha() and not is_sibling_word(word)


def _abbreviations(
    habits: _Habits, sides: tuple[_Names, _Names], ids: tuple[list[str], list[str]], rules: Rules
) -> Iterator[Lesson]:
    """Two words that stand for each other, and hardly ever for another."""
    links: dict[tuple[str, str], list[tuple[int, int]]] = {}
    times: Counter[str] = Counter()
    for pair, rows in habits.swapped.items():
        short, long = sorted(pair, key=lambda word: (len(word), word))
        links.setdefault((long, short), []).extend(rows)
        times.update({word: len(rows) for word in pair})
    for (long, short), rows in links.items():
        others = max(times[long], times[short]) - len(rows)
        # A word's beginning is taken for the word without a rule.
        begins = len(short) >= _SHORTEST and long.startswith(short)
        if len(rows) < FEWEST or begins or is_too_much(others, len(rows)):
            continue
        if _become_alike(sides, {rules.family(long), rules.family(short)}, _ONE_WORD):
            continue
        yield Lesson(
            "abbreviation",
            f"{long} {short}",
            f"In {len(rows):,} links one name says “{short}” where the other says “{long}”. "
            "Read them as one word?",
            _named(rows, ids),
        )


def _stops(
    habits: _Habits, sides: tuple[_Names, _Names], ids: tuple[list[str], list[str]], rules: Rules
) -> Iterator[Lesson]:
    """Words that are in many names of one side and in next to none of the other."""
    counts = [Counter(word for words in side.typed for word in set(words)) for side in sides]
    for side in (0, 1):
        for word, rows in habits.alone[side].items():
            has_part = word in rules.markers or word in rules.folded or len(word) < _SHORTEST
            too_often = is_too_much(counts[1 - side][word], counts[side][word])
            if len(rows) < FEWEST or has_part or too_often:
                continue
            if _become_alike(sides, {word}, ""):
                continue
            yield Lesson(
                "stop",
                f"stop {word}",
                f"In {len(rows):,} links the {_SIDES[side]} name says “{word}” and the "
                f"{_SIDES[1 - side]} does not. Read names without it?",
                _named(rows, ids),
            )


def _become_alike(sides: tuple[_Names, _Names], words: set[str], read_as: str) -> bool:
    """Whether too many names of one list become the same when `words` are read as `read_as`."""
    for side in sides:
        after = [
            tuple(filter(None, (read_as if word in words else word for word in name)))
            for name in side.read
        ]
        touched = [at for at, name in enumerate(side.read) if words & set(name)]
        if is_too_much(collisions(side.read, after, touched), len(touched)):
            return True
    return False


def _legal(jobs: Records, projects: Records, rows: Rows, rules: Rules) -> Iterator[Lesson]:
    """What the customers of one side, three at least, end with and the other's do not."""
    found: dict[tuple[int, str], list[tuple[int, int]]] = {}
    customers: dict[tuple[int, str], set[str]] = {}
    for job, project in rows:
        owners = [owner_words(text, rules) for text in (jobs.owner[job], projects.owner[project])]
        for side in (0, 1):
            *start, end = owners[side] or [""]
            if start and start == owners[1 - side]:
                found.setdefault((side, end), []).append((job, project))
                customers.setdefault((side, end), set()).add(" ".join(start))
    for (side, word), seen in found.items():
        # A known form that was cut off begins like it.
        known = word in rules.folded or any(form.startswith(word) for form in rules.legal)
        if len(customers[side, word]) < FEWEST or known or not word.isalpha():
            continue
        yield Lesson(
            "legal",
            f"legal {word}",
            f"In {len(seen):,} links the {_SIDES[side]} customer ends in “{word}” and the "
            f"{_SIDES[1 - side]} does not. Read customers without it?",
            _named(seen, (jobs.id, projects.id)),
        )


def _named(rows: Rows, ids: tuple[list[str], list[str]]) -> list[tuple[str, str]]:
    return sorted({(ids[0][job], ids[1][project]) for job, project in rows})
