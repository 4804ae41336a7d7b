"""One document, one print, one digest; and files that only look like certificates."""

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieback.certificates.canonical import (
    FORMAT,
    LARGEST,
    CertificateError,
    canonical,
    digest,
    read,
    written,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)
documents = st.dictionaries(texts, values, max_size=6).map(lambda one: {**one, "format": FORMAT})


def shuffled(value: Any) -> Any:
    """The same value with its keys in another order."""
    if isinstance(value, dict):
        return {key: shuffled(value[key]) for key in reversed(list(value))}
    return [shuffled(one) for one in value] if isinstance(value, list) else value


@given(documents)
def test_what_is_written_is_read_back_with_its_digest(document: dict[str, Any]) -> None:
    paper = read(written(document))

    assert paper.document == document
    assert paper.claimed == paper.digest == digest(document)


@given(documents)
def test_the_order_of_keys_changes_nothing(document: dict[str, Any]) -> None:
    assert canonical(shuffled(document)) == canonical(document)


@given(documents, documents)
def test_another_document_has_another_digest(one: dict[str, Any], other: dict[str, Any]) -> None:
    # True and 1 are equal in Python, not in JSON, so the prints decide.
    assert (digest(one) == digest(other)) == (canonical(one) == canonical(other))


def test_the_print_is_what_any_language_can_make() -> None:
    document = {"b": "Łódź", "a": [1, None, True], "format": FORMAT}

    printed = '{"a":[1,null,true],"b":"Łódź","format":"tieback-certificate/1"}'
    assert canonical(document) == printed.encode()
    assert digest(document) == hashlib.sha256(printed.encode()).hexdigest()


@pytest.mark.parametrize("value", [1.5, float("nan"), {1: 2}, b"x", object()])
def test_what_prints_in_several_ways_is_no_part_of_a_document(value: object) -> None:
    with pytest.raises(ValueError):
        canonical({"format": FORMAT, "value": value})


GOOD = {"format": FORMAT, "a": 1}
WRAPPED = {"certificate": GOOD, "digest": digest(GOOD)}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.4",
        b"\xff\xfe\x00",
        b"[]",
        b"null",
        b"{}",
        b"[" * 100_000,
        json.dumps(GOOD).encode(),
        json.dumps({**WRAPPED, "more": 1}).encode(),
        json.dumps({**WRAPPED, "certificate": {**GOOD, "format": "other/1"}}).encode(),
        json.dumps({**WRAPPED, "certificate": {**GOOD, "a": 1.5}}).encode(),
        json.dumps({**WRAPPED, "certificate": {**GOOD, "a": float("inf")}}).encode(),
        json.dumps(WRAPPED).replace('"a": 1', '"a": 1, "a": 2').encode(),
        json.dumps(WRAPPED).replace('"digest"', '"digest": "x", "digest"').encode(),
        json.dumps({**WRAPPED, "certificate": {**GOOD, "a": "\ud800"}}).encode(),
        b" " * (LARGEST + 1),
    ],
)
def test_what_is_no_certificate_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(CertificateError) as refused:
        read(content)

    assert refused.value.mend


def test_a_byte_order_mark_does_no_harm() -> None:
    assert read(b"\xef\xbb\xbf" + json.dumps(WRAPPED).encode()).claimed == digest(GOOD)
