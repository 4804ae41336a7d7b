"""The suite that every connector inherits: what the rest of the product relies on, as tests.

Subclass `ConnectorContract` in a test module, call the class `Test…`, and fill in the hooks. The
suite knows no connector; it is tested itself by connectors that are broken on purpose.
"""

import json
import re
import tracemalloc
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import FrozenInstanceError, fields
from decimal import Decimal
from itertools import islice
from typing import ClassVar

import pytest

from tieback.connectors.base import Capability, Connector, Verb
from tieback.connectors.errors import (
    ConfigError,
    RecordError,
    TransientError,
    UnsupportedError,
)
from tieback.connectors.records import (
    CostCodeRecord,
    JobRecord,
    Record,
    Resource,
    SourceRow,
    SubJobRecord,
    VendorRecord,
)

RECORDS: dict[Resource, type[Record]] = {
    Resource.JOB: JobRecord,
    Resource.COST_CODE: CostCodeRecord,
    Resource.SUB_JOB: SubJobRecord,
    Resource.VENDOR: VendorRecord,
}
ERRORS = (ConfigError, TransientError, RecordError, UnsupportedError)


class ConnectorContract:
    """What a connector has to hold. The hooks below are what a connector's own tests fill in."""

    # What one more record may cost in bytes while reading: its id may be kept, the row may not.
    bytes_per_row: ClassVar[int] = 300

    def make(self) -> Connector:
        """A connector to a remote that holds `expected` and what `refused` says."""
        raise NotImplementedError

    def expected(self) -> Mapping[Resource, Sequence[Record]]:
        """Every record that can be read from the remote, in its order; two or more of each."""
        raise NotImplementedError

    def refused(self) -> Mapping[Resource, Sequence[str]]:
        """What each refusal has to name, in order: a word of its message."""
        raise NotImplementedError

    def changed(self) -> Connector:
        """The same remote after the last record of each resource changed, and nothing else."""
        raise NotImplementedError

    def unusable(self) -> Sequence[tuple[Connector, str]]:
        """Connectors that cannot work, and the word by which `check` has to name the reason."""
        raise NotImplementedError

    def many(self, count: int) -> Connector:
        """A connector to a remote with `count` good jobs."""
        raise NotImplementedError

    def test_it_introduces_itself(self) -> None:
        connector = self.make()

        assert re.fullmatch(r"[a-z][a-z0-9_]*", connector.name)
        assert connector.label.strip()
        assert connector.job_word.strip()
        assert connector.capabilities

    def test_every_setting_can_be_filled_in(self) -> None:
        settings = self.make().settings

        assert len({setting.name for setting in settings}) == len(settings)
        for setting in settings:
            allowed = {value for value, _ in setting.choices}
            assert setting.label.strip()
            assert not allowed or setting.is_required or setting.default in allowed

    def test_what_it_declares_to_read_it_reads(self) -> None:
        connector = self.make()

        for resource in _readable(connector):
            assert list(_good(connector, resource))

    def test_what_it_does_not_declare_to_read_it_refuses(self) -> None:
        connector = self.make()

        for resource in set(Resource) - set(_readable(connector)):
            with pytest.raises(UnsupportedError):
                list(connector.rows(resource))

    def test_what_it_does_not_declare_to_write_it_refuses(self) -> None:
        connector = self.make()

        for resource in Resource:
            if not connector.can(resource, Verb.WRITE):
                with pytest.raises(UnsupportedError) as refusal:
                    connector.write(resource, {}, key="contract")
                assert refusal.value.mend.strip()

    def test_what_can_be_linked_can_be_read(self) -> None:
        capabilities = self.make().capabilities

        linked = {one.resource for one in capabilities if one.verb is Verb.LINK}
        assert {Capability(resource, Verb.READ) for resource in linked} <= capabilities

    def test_the_records_are_those_of_the_remote(self) -> None:
        connector = self.make()

        read = {resource: list(_good(connector, resource)) for resource in _readable(connector)}
        assert read == {resource: list(records) for resource, records in self.expected().items()}

    def test_records_are_frozen_and_of_the_right_types(self) -> None:
        connector = self.make()

        for resource in _readable(connector):
            for record in _good(connector, resource):
                assert type(record) is RECORDS[resource]
                _has_right_types(record)
                with pytest.raises(FrozenInstanceError):
                    record.external_id = "another"  # type: ignore[misc]

    def test_ids_are_unique_and_stay_the_same(self) -> None:
        first, again = self.make(), self.make()

        for resource in _readable(first):
            ids = [row.external_id for row in _rows(first, resource)]
            assert all(ids)
            assert len(set(ids)) == len(ids)
            assert ids == [row.external_id for row in _rows(again, resource)]
            assert ids == [row.external_id for row in _rows(first, resource)]

    def test_a_row_and_its_record_are_the_same_one(self) -> None:
        connector = self.make()

        for resource in _readable(connector):
            for row in _rows(connector, resource):
                assert row.resource is resource
                record = _parsed(connector, row)
                if isinstance(record, RecordError):
                    assert record.external_id == row.external_id
                else:
                    assert record.external_id == row.external_id
                    assert record == connector.record(row)

    def test_what_is_kept_raw_can_be_stored(self) -> None:
        connector = self.make()

        for resource in _readable(connector):
            for row in _rows(connector, resource):
                raw = dict(row.raw)
                assert raw
                stored = json.dumps(raw, default=lambda _: "not plain")
                assert json.loads(stored) == raw
                assert "\\u0000" not in stored

    def test_digests_change_with_the_record_and_only_then(self) -> None:
        before, same, after = self.make(), self.make(), self.changed()

        for resource in _readable(before):
            digests = _digests(before, resource)
            changed = _digests(after, resource)
            assert all(re.fullmatch(r"[0-9a-f]{32}", digest) for digest in digests.values())
            assert digests == _digests(same, resource)
            assert digests.keys() == changed.keys()
            different = [one for one in digests if digests[one] != changed[one]]
            assert different == [self.expected()[resource][-1].external_id]

    def test_marks_change_with_the_remote_and_only_then(self) -> None:
        before, same, after = self.make(), self.make(), self.changed()

        for resource in _readable(before):
            mark = before.mark(resource)
            assert mark == before.mark(resource) == same.mark(resource)
            assert not mark or mark != after.mark(resource)

    def test_refusals_say_what_where_and_how_to_mend_it(self) -> None:
        connector, refused = self.make(), self.refused()

        assert any(refused.values()), "the remote has to hold something that is refused"
        for resource in _readable(connector):
            refusals = [one for one in connector.read(resource) if isinstance(one, RecordError)]
            named = refused.get(resource, ())
            assert len(refusals) == len(named)
            for refusal, word in zip(refusals, named, strict=True):
                assert word in refusal.message
                assert refusal.mend.strip()
                assert refusal.row or refusal.external_id
                assert refusal.source.strip()

    def test_check_says_in_a_sentence_what_it_found(self) -> None:
        found = self.make().check()

        assert found.strip().endswith(".")
        assert "\n" not in found

    def test_check_names_what_is_missing(self) -> None:
        cases = self.unusable()

        assert cases
        for connector, word in cases:
            with pytest.raises(ConfigError) as refusal:
                connector.check()
            assert word in refusal.value.message
            assert refusal.value.mend.strip()

    def test_what_cannot_be_read_ends_in_one_of_the_four_errors(self) -> None:
        for connector, _ in self.unusable():
            for resource in Resource:
                error = _end(connector, resource)
                if error is not None:
                    assert isinstance(error, ERRORS), f"{type(error).__name__}: {error}"
                    assert error.mend.strip()

    def test_reading_needs_no_more_memory_for_more_rows(self) -> None:
        few, many = 1_000, 5_000

        growth = _peak(self.many(many), many) - _peak(self.many(few), few)
        assert growth < (many - few) * self.bytes_per_row

    def test_reading_can_stop_early_and_start_again(self) -> None:
        connector = self.make()

        for resource in _readable(connector):
            first = next(_rows(connector, resource))
            assert list(islice(_rows(connector, resource), 1)) == [first]


def _readable(connector: Connector) -> list[Resource]:
    return [resource for resource in Resource if connector.can(resource, Verb.READ)]


def _rows(connector: Connector, resource: Resource) -> Iterator[SourceRow]:
    return (row for row in connector.rows(resource) if isinstance(row, SourceRow))


def _good(connector: Connector, resource: Resource) -> Iterator[Record]:
    return (one for one in connector.read(resource) if not isinstance(one, RecordError))


def _parsed(connector: Connector, row: SourceRow) -> Record | RecordError:
    try:
        return connector.record(row)
    except RecordError as error:
        return error


def _end(connector: Connector, resource: Resource) -> Exception | None:
    """What ended the reading, None where it came to its end."""
    try:
        for _ in connector.rows(resource):
            pass
    except Exception as error:
        return error
    return None


def _digests(connector: Connector, resource: Resource) -> dict[str, str]:
    return {row.external_id: row.digest for row in _rows(connector, resource)}


def _has_right_types(record: Record) -> None:
    for field in fields(record):
        value = getattr(record, field.name)
        if field.name == "contract_value":
            assert value is None or (type(value) is Decimal and value.is_finite())
        elif field.type is str:
            assert type(value) is str
        elif field.type is bool:
            assert type(value) is bool
    assert record.external_id == record.external_id.strip() != ""


def _peak(connector: Connector, count: int) -> int:
    """The most memory in bytes that was held at once while the jobs were counted."""
    tracemalloc.start()
    try:
        assert sum(1 for _ in _rows(connector, Resource.JOB)) == count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
