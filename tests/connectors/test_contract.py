"""The contract catches connectors that are broken: each of these breaks one promise."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.test_csvfile_contract import TestCsvFile as Contract
from tieback.connectors.base import Capability, Verb
from tieback.connectors.csvfile.connector import CsvFileConnector
from tieback.connectors.errors import ConfigError, RecordError
from tieback.connectors.records import JobRecord, Record, Resource, SourceRow

Row = SourceRow | RecordError


def _with(row: Row, **changes: Any) -> Row:
    return replace(row, **changes) if isinstance(row, SourceRow) else row


class DeclaresWhatItCannot(CsvFileConnector):
    def rows(self, resource: Resource) -> Iterator[Row]:
        return super().rows(resource) if resource is Resource.JOB else iter(())


class CannotWhatItDeclares(CsvFileConnector):
    capabilities = frozenset({Capability(Resource.JOB, Verb.READ)})


class WritesUndeclared(CsvFileConnector):
    def write(self, resource: str, payload: Mapping[str, Any], *, key: str) -> str:
        return key


class LinksUnread(CsvFileConnector):
    capabilities = CsvFileConnector.capabilities - {Capability(Resource.JOB, Verb.READ)}


class LosesARecord(CsvFileConnector):
    def rows(self, resource: Resource) -> Iterator[Row]:
        yield from list(super().rows(resource))[1:]


class FloatMoney(CsvFileConnector):
    def record(self, row: SourceRow) -> Record:
        record = super().record(row)
        if isinstance(record, JobRecord):
            return replace(record, contract_value=float(record.contract_value or 0))  # type: ignore[arg-type]
        return record


class InfiniteMoney(CsvFileConnector):
    def record(self, row: SourceRow) -> Record:
        record = super().record(row)
        if isinstance(record, JobRecord):
            return replace(record, contract_value=Decimal("Infinity"))
        return record


class SameIdForAll(CsvFileConnector):
    def rows(self, resource: Resource) -> Iterator[Row]:
        return (_with(row, external_id="1") for row in super().rows(resource))


class IdsByChance(CsvFileConnector):
    def rows(self, resource: Resource) -> Iterator[Row]:
        return (_with(row, external_id=str(random.random())) for row in super().rows(resource))


class AnotherId(CsvFileConnector):
    def record(self, row: SourceRow) -> Record:
        return replace(super().record(row), external_id="another")


class RawWithObjects(CsvFileConnector):
    def rows(self, resource: Resource) -> Iterator[Row]:
        return (_with(row, raw={"value": Decimal(1)}) for row in super().rows(resource))


class DigestOfNothing(CsvFileConnector):
    def rows(self, resource: Resource) -> Iterator[Row]:
        return (_with(row, digest="0" * 32) for row in super().rows(resource))


class DigestOfTheMoment(CsvFileConnector):
    def rows(self, resource: Resource) -> Iterator[Row]:
        return (
            _with(row, digest=f"{random.getrandbits(128):032x}") for row in super().rows(resource)
        )


class MarkOfTheMoment(CsvFileConnector):
    def mark(self, resource: Resource) -> str:
        return str(random.random())


class MarkThatNeverChanges(CsvFileConnector):
    def mark(self, resource: Resource) -> str:
        return "same"


class GuessesAmounts(CsvFileConnector):
    def record(self, row: SourceRow) -> Record:
        try:
            return super().record(row)
        except RecordError:
            return JobRecord(row.external_id, row.external_id, "One million")


class RefusesWithoutMend(CsvFileConnector):
    def record(self, row: SourceRow) -> Record:
        try:
            return super().record(row)
        except RecordError as error:
            raise RecordError(error.message, mend="", source=error.source, row=error.row) from None


class RefusesNowhere(CsvFileConnector):
    def record(self, row: SourceRow) -> Record:
        try:
            return super().record(row)
        except RecordError as error:
            raise RecordError(error.message, mend=error.mend) from None


class ChecksNothing(CsvFileConnector):
    def check(self) -> str:
        return "All is well."


class ChecksVaguely(CsvFileConnector):
    def check(self) -> str:
        try:
            return super().check()
        except ConfigError as error:
            raise ConfigError("Something is wrong.", mend=error.mend) from None


class FallsOver(CsvFileConnector):
    def rows(self, resource: Resource) -> Iterator[Row]:
        if not Path(self.values["folder"]).is_dir():
            raise FileNotFoundError(self.values["folder"])
        return super().rows(resource)


class HoardsRows(CsvFileConnector):
    def rows(self, resource: Resource) -> Iterator[Row]:
        return iter(list(super().rows(resource)))


class ReadsOnlyOnce(CsvFileConnector):
    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self._once: dict[Resource, Iterator[Row]] = {}

    def rows(self, resource: Resource) -> Iterator[Row]:
        return self._once.setdefault(resource, super().rows(resource))


class TalksTooMuch(CsvFileConnector):
    def check(self) -> str:
        return super().check() + "\nThat was that."


class HasAnOddName(CsvFileConnector):
    name = "CSV Files"


class HasASettingTwice(CsvFileConnector):
    settings = (*CsvFileConnector.settings, CsvFileConnector.settings[0])


BREACHES = [
    (HasAnOddName, "test_it_introduces_itself"),
    (HasASettingTwice, "test_every_setting_can_be_filled_in"),
    (DeclaresWhatItCannot, "test_what_it_declares_to_read_it_reads"),
    (CannotWhatItDeclares, "test_what_it_does_not_declare_to_read_it_refuses"),
    (WritesUndeclared, "test_what_it_does_not_declare_to_write_it_refuses"),
    (LinksUnread, "test_what_can_be_linked_can_be_read"),
    (LosesARecord, "test_the_records_are_those_of_the_remote"),
    (FloatMoney, "test_records_are_frozen_and_of_the_right_types"),
    (InfiniteMoney, "test_records_are_frozen_and_of_the_right_types"),
    (SameIdForAll, "test_ids_are_unique_and_stay_the_same"),
    (IdsByChance, "test_ids_are_unique_and_stay_the_same"),
    (AnotherId, "test_a_row_and_its_record_are_the_same_one"),
    (RawWithObjects, "test_what_is_kept_raw_can_be_stored"),
    (DigestOfNothing, "test_digests_change_with_the_record_and_only_then"),
    (DigestOfTheMoment, "test_digests_change_with_the_record_and_only_then"),
    (MarkOfTheMoment, "test_marks_change_with_the_remote_and_only_then"),
    (MarkThatNeverChanges, "test_marks_change_with_the_remote_and_only_then"),
    (GuessesAmounts, "test_refusals_say_what_where_and_how_to_mend_it"),
    (RefusesWithoutMend, "test_refusals_say_what_where_and_how_to_mend_it"),
    (RefusesNowhere, "test_refusals_say_what_where_and_how_to_mend_it"),
    (TalksTooMuch, "test_check_says_in_a_sentence_what_it_found"),
    (ChecksNothing, "test_check_names_what_is_missing"),
    (ChecksVaguely, "test_check_names_what_is_missing"),
    (FallsOver, "test_what_cannot_be_read_ends_in_one_of_the_four_errors"),
    (HoardsRows, "test_reading_needs_no_more_memory_for_more_rows"),
    (ReadsOnlyOnce, "test_reading_can_stop_early_and_start_again"),
]


def contract_of(broken: type[CsvFileConnector], folder: Path) -> Contract:
    """The contract over the export, whose connectors are all of the broken kind."""
    contract = Contract()
    contract.folder = folder
    for hook in ("make", "changed", "many"):
        sound = getattr(contract, hook)
        setattr(contract, hook, lambda *given, sound=sound: broken(sound(*given).values))
    unusable = [(broken(connector.values), word) for connector, word in contract.unusable()]
    contract.unusable = lambda: unusable
    return contract


@pytest.mark.parametrize(
    ("broken", "test"), BREACHES, ids=[broken.__name__ for broken, _ in BREACHES]
)
def test_the_contract_catches_the_connector_that(
    broken: type[CsvFileConnector], test: str, tmp_path: Path
) -> None:
    contract = contract_of(broken, tmp_path)

    with pytest.raises((AssertionError, pytest.fail.Exception)):
        getattr(contract, test)()


def test_every_promise_of_the_contract_can_be_broken() -> None:
    promises = {name for name in dir(Contract) if name.startswith("test_")}

    assert promises == {test for _, test in BREACHES}
