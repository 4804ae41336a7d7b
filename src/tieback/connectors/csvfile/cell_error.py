"""How the reading of one cell says no, before anybody knows which row it stands in."""

SHOWN = 60


class CellError(Exception):
    """One cell cannot be read; becomes a `RecordError` where row and column are known."""

    def __init__(self, reason: str, mend: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.mend = mend


def shown(text: str) -> str:
    """A cell's text as a message may quote it: short, and nothing in it that cannot be printed."""
    short = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in short)


def is_encodable(text: str) -> bool:
    """Whether the text has no half characters, left by bytes that could not be decoded."""
    return not any("\ud800" <= char <= "\udfff" for char in text)
