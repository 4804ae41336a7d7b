"""How the team's work says no."""


class ReviewError(Exception):
    """What was asked cannot be done as things stand; `mend` is what a person can do instead."""

    def __init__(self, message: str, *, mend: str = "") -> None:
        super().__init__(f"{message} {mend}".strip())
        self.message = message
        self.mend = mend
