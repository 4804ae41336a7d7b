"""How the portfolio says no."""

from collections.abc import Mapping


class RefusedError(Exception):
    """A rule of the portfolio forbids the change; `mend` is what a person can do instead."""

    def __init__(self, message: str, *, mend: str) -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend


class FieldsError(RefusedError):
    """What was said in fields cannot be taken; `problems` has a sentence for each, by its name."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()), mend="Nothing was changed.")
        self.problems = problems
