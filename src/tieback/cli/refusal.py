"""How a command says no."""


class Refusal(Exception):  # noqa: N818 — it is an answer, not a failure
    """What was asked cannot be done: the reason, and in `mend` what to do instead."""

    def __init__(self, message: str, *, mend: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend
