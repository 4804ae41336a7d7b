"""The four errors that a connector may raise; the class says what has to happen next."""


class ConnectorError(Exception):
    """Something that the remote, or the way to it, would not do. Raise one of the four below."""

    def __init__(self, message: str, *, mend: str) -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend


class ConfigError(ConnectorError):
    """A person has to fix settings, rights or the whole file; trying again changes nothing."""

    def __init__(
        self, message: str, *, mend: str, source: str = "", row: int | None = None, column: str = ""
    ) -> None:
        super().__init__(message, mend=mend)
        self.source = source
        self.row = row
        self.column = column


class TransientError(ConnectorError):
    """Wait and try again; `retry_after` is in seconds, None where the remote named no time.

    `may_have_arrived` says of a write that nobody knows whether it was done: it was sent, and no
    answer that can be trusted came back.
    """

    def __init__(
        self,
        message: str,
        *,
        mend: str,
        retry_after: float | None = None,
        may_have_arrived: bool = False,
    ) -> None:
        super().__init__(message, mend=mend)
        self.retry_after = retry_after
        self.may_have_arrived = may_have_arrived


class RecordError(ConnectorError):
    """This one record is refused; the rest goes on. Names where it stands and how to mend it."""

    def __init__(
        self,
        message: str,
        *,
        mend: str,
        source: str = "",
        row: int | None = None,
        column: str = "",
        external_id: str = "",
    ) -> None:
        super().__init__(message, mend=mend)
        self.source = source
        self.row = row
        self.column = column
        # Set where the record is known, so that refusing it does not make its job look gone.
        # "" says that nobody knows which records the refused one hid: nothing may be called gone.
        self.external_id = external_id


class UnsupportedError(ConnectorError):
    """The connector never claimed that it can do this."""
