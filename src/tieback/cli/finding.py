"""What the doctor found about one thing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `mend` is what to do where it is not well."""

    about: str
    is_ok: bool
    found: str
    mend: str = ""


def good(about: str, found: str) -> Finding:
    return Finding(about, True, found)


def trouble(about: str, found: str, mend: str) -> Finding:
    return Finding(about, False, found, mend)
