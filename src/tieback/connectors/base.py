"""What a connector is: settings, capabilities, and the verbs check, rows, record and write."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Protocol, final, runtime_checkable

from tieback.connectors.errors import RecordError, UnsupportedError
from tieback.connectors.records import Record, Resource, SourceRow


class Verb(StrEnum):
    """What can be done with a resource."""

    READ = "read"
    WRITE = "write"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Capability:
    """One thing that a connector declares that it can do; prints as `job.read`."""

    resource: Resource
    verb: Verb

    def __str__(self) -> str:
        return f"{self.resource}.{self.verb}"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a connector's form. `choices` are (value, label).

    `is_folder`: the full path of a folder on the server, which has to be checked where a person
    names it. Such a connector finds `<resource>.<suffix>` there, so files can be uploaded for it.
    """

    name: str
    label: str
    help: str = ""
    default: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    is_required: bool = False
    is_folder: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """What the remote accepts; None where it names no limit. A broken limit is a blocker."""

    project_name_length: int | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """One limit of a remote as its last answer told it: calls in so many seconds, how many are
    left, and in how many seconds they are given anew."""

    seconds: int
    limit: int
    remaining: int
    resets_in: float


@runtime_checkable
class Metered(Protocol):
    """A connector whose remote says how many calls it still takes."""

    def windows(self) -> Sequence[Window]:
        """The limits as the last answer told them; empty before the first."""
        ...


class Connector(ABC):
    """One remote system, configured. Knows nothing of Django, links or people.

    Every method may raise the four errors of `connectors/errors.py` and no others.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    # The vendor's own word for a job, as screens say it.
    job_word: ClassVar[str] = "ERP project"
    capabilities: ClassVar[frozenset[Capability]]
    settings: ClassVar[tuple[Setting, ...]] = ()
    limits: ClassVar[Limits] = Limits()

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    @classmethod
    def can(cls, resource: Resource, verb: Verb) -> bool:
        """Whether the connector declares the capability."""
        return Capability(resource, verb) in cls.capabilities

    @abstractmethod
    def check(self) -> str:
        """One sentence on what was found; raises `ConfigError` naming exactly what is missing."""

    @abstractmethod
    def rows(self, resource: Resource) -> Iterator[SourceRow | RecordError]:
        """Every record of `resource`, unparsed, in steady memory.

        A row that cannot even be told apart is yielded as its `RecordError`, so that one bad row
        does not end the reading; `ConfigError` and `TransientError` are raised and do end it.
        """

    @abstractmethod
    def record(self, row: SourceRow) -> Record:
        """Parse one row; raises `RecordError` rather than guess."""

    def mark(self, resource: Resource) -> str:
        """A mark that stays equal while nothing changes, "" where the remote has none.

        A pull whose mark equals that of the last complete pull reads nothing.
        """
        return ""

    def write(self, resource: str, payload: Mapping[str, Any], *, key: str) -> str:
        """Do one write under our own key and return the external id of the record written.

        A `TransientError` says with `may_have_arrived` whether it may have been done all the same.
        """
        raise UnsupportedError(
            f"{self.label} does not take {resource.replace('_', ' ')} records.",
            mend="Enter it by hand.",
        )

    def written(self, resource: str, payload: Mapping[str, Any], *, key: str) -> str | None:
        """Whether a write under `key` has arrived: the record's external id, or None.

        Asked before any second try of a write that was not answered. Raises `UnsupportedError`
        where the remote keeps nothing by which that could be told.
        """
        raise UnsupportedError(
            f"{self.label} cannot say whether this was written.",
            mend="Look there. If it is done, set this aside; if not, try again.",
        )

    @final
    def read(self, resource: Resource) -> Iterator[Record | RecordError]:
        """Every record of `resource`, parsed; a refused one comes as its `RecordError`."""
        for row in self.rows(resource):
            if isinstance(row, RecordError):
                yield row
                continue
            try:
                yield self.record(row)
            except RecordError as error:
                yield error


class MappedField(Protocol):
    """A field of ours that a column can be mapped to."""

    @property
    def name(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def is_required(self) -> bool: ...


class Problem(Protocol):
    """One thing that a person has to mend before a file can be read."""

    @property
    def message(self) -> str: ...

    @property
    def mend(self) -> str: ...


class Inspection(Protocol):
    """How a resource's file was understood. `file` is "" where there is none.

    `mapping` is field to header, guesses among them; `first_rows` are texts in the order of
    `headers`; `unmapped` are the headers that no field uses.
    """

    @property
    def file(self) -> str: ...

    @property
    def format(self) -> str: ...

    @property
    def headers(self) -> Sequence[str]: ...

    @property
    def mapping(self) -> Mapping[str, str]: ...

    @property
    def unmapped(self) -> Sequence[str]: ...

    @property
    def first_rows(self) -> Sequence[Sequence[str]]: ...

    @property
    def problems(self) -> Sequence[Problem]: ...


@runtime_checkable
class Inspectable(Protocol):
    """A connector whose columns people can correct.

    What they choose is in its settings under `mapping`: resource → field → header, "" to leave a
    field out; a field that is not there is guessed.
    """

    def fields(self, resource: Resource) -> Sequence[MappedField]:
        """The fields that columns can be mapped to, in the order in which to show them."""
        ...

    def inspect(self, resource: Resource) -> Inspection:
        """How the file of `resource` is understood now; what is wrong is among its problems."""
        ...
