"""Which column holds which field: guessed from the headers, corrected by a person."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tieback.connectors.csvfile.cell_error import shown
from tieback.connectors.csvfile.fields import FIELDS, Field
from tieback.connectors.errors import ConfigError
from tieback.connectors.records import Resource


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field stands (its column counted from 0), and what is wrong with that."""

    fields: Mapping[str, int]
    problems: tuple[ConfigError, ...]


def map_columns(
    resource: Resource,
    headers: Sequence[str],
    chosen: Mapping[str, str],
    *,
    source: str,
    row: int,
) -> Columns:
    """Map the columns of a resource's sheet, as `map_fields` does."""
    return map_fields(FIELDS[resource], headers, chosen, source=source, row=row)


def map_fields(
    known: Sequence[Field],
    headers: Sequence[str],
    chosen: Mapping[str, str],
    *,
    source: str,
    row: int,
) -> Columns:
    """Map the columns of a sheet; what a person has chosen goes before what we guess.

    `chosen` is {field: header}; "" leaves the field out. Headers are compared without case, spaces
    and punctuation. A header that stands twice and is needed is a problem, not a choice of ours.
    """
    plain = [plain_header(header) for header in headers]
    doubled = {header for header, times in Counter(plain).items() if header and times > 1}
    fields: dict[str, int] = {}
    problems: list[ConfigError] = []
    free = set(plain) - {plain_header(header) for header in chosen.values()}
    for field in known:
        wanted = _wanted(field, chosen, free)
        if wanted is None:
            if field.is_required:
                problems.append(_missing(field, headers, source, row))
            continue
        if wanted not in plain:
            problems.append(_not_there(field, chosen[field.name], source, row))
            continue
        if wanted in doubled and not _is_exact(chosen.get(field.name, ""), headers):
            problems.append(_doubled(wanted, plain, headers, source, row))
        fields[field.name] = _position(wanted, plain, chosen.get(field.name, ""), headers)
    return Columns(fields, tuple(problems))


def known_columns(resource: Resource, headers: Sequence[str]) -> int:
    """How many fields of `resource` these headers name."""
    return known_fields(FIELDS[resource], headers)


def known_fields(known: Sequence[Field], headers: Sequence[str]) -> int:
    """How many of these fields the headers name."""
    plain = {plain_header(header) for header in headers}
    return sum(_guess(field, plain) is not None for field in known)


def plain_header(header: str) -> str:
    """A header as it is compared: letters and digits only, "#" standing for "number"."""
    spelled = header.casefold().replace("#", " number ")
    return "".join(filter(str.isalnum, spelled))


def column_letter(index: int) -> str:
    """The column as a spreadsheet names it: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _wanted(field: Field, chosen: Mapping[str, str], free: set[str]) -> str | None:
    if field.name in chosen:
        return plain_header(chosen[field.name]) or None
    return _guess(field, free)


def _guess(field: Field, plain: set[str]) -> str | None:
    names = (plain_header(header) for header in field.headers)
    return next((name for name in names if name in plain), None)


def _is_exact(header: str, headers: Sequence[str]) -> bool:
    return list(headers).count(header) == 1


def _position(wanted: str, plain: Sequence[str], chosen: str, headers: Sequence[str]) -> int:
    """Spelled exactly where a person chose, so that "Job" and "JOB" can both be meant."""
    return list(headers).index(chosen) if chosen in headers else list(plain).index(wanted)


def _missing(field: Field, headers: Sequence[str], source: str, row: int) -> ConfigError:
    there = ", ".join(f"“{shown(header)}”" for header in headers[:12] if header) or "nothing"
    return ConfigError(
        f"{source} has no column that we know as “{field.label}”; its header has {there}.",
        mend=f"Say in the settings which column holds “{field.label}”, "
        f"or name one “{field.headers[0].capitalize()}”.",
        source=source,
        row=row,
        column=field.label,
    )


def _not_there(field: Field, header: str, source: str, row: int) -> ConfigError:
    return ConfigError(
        f"{source} has no column “{shown(header)}”, which the settings choose for “{field.label}”.",
        mend="Choose another column in the settings, or name the column so.",
        source=source,
        row=row,
        column=header,
    )


def _doubled(
    wanted: str, plain: Sequence[str], headers: Sequence[str], source: str, row: int
) -> ConfigError:
    places = [index for index, one in enumerate(plain) if one == wanted]
    letters = [column_letter(index) for index in places]
    header = headers[places[0]]
    return ConfigError(
        f"{source} has the column “{shown(header)}” {len(places)} times: "
        f"in {', '.join(letters[:-1])} and {letters[-1]}.",
        mend="Rename all but the one that counts, and export or save the file again.",
        source=source,
        row=row,
        column=header,
    )
