"""A certificate on paper: pages, letters of many scripts, the file inside, the same every time."""

import copy
import re
import zlib
from typing import Any

import pytest

from tests.certificates.conftest import GoLive
from tieback.certificates.canonical import written
from tieback.certificates.models import Certificate
from tieback.certificates.printed import pdf
from tieback.certificates.services import issue

NAMES = "Łódź Zürich Ελλάδα Москва İzmir Ōsaka Đà Nẵng"


@pytest.fixture
def certificate(golive: GoLive) -> Certificate:
    return issue(company=golive.cast.company, by=golive.cast.admin, now=golive.now)


def streams(content: bytes) -> list[bytes]:
    """What the compressed parts of a PDF hold."""
    found = []
    for raw in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        try:
            found.append(zlib.decompress(raw))
        except zlib.error:
            found.append(raw)
    return found


def drawn(content: bytes) -> set[str]:
    """The letters that the fonts in the file were told they stand for."""
    letters = set()
    for stream in streams(content):
        if b"beginbfchar" in stream:
            codes = re.findall(rb"<[0-9A-Fa-f]+> <([0-9A-Fa-f]+)>", stream)
            letters |= {bytes.fromhex(code.decode()).decode("utf-16-be") for code in codes}
    return letters


def with_name(document: dict[str, Any], name: str) -> dict[str, Any]:
    other = copy.deepcopy(document)
    other["company"]["name"] = other["plans"][0]["title"] = name
    return other


def test_it_is_a_pdf_with_the_certificate_inside(certificate: Certificate) -> None:
    content = pdf(certificate.document)

    assert content.startswith(b"%PDF-")
    assert b"certificate.json" in content
    assert written(certificate.document) in streams(content)


def test_the_same_certificate_prints_the_same_bytes(certificate: Certificate) -> None:
    assert pdf(certificate.document) == pdf(certificate.document)


def test_names_of_many_scripts_are_printed(certificate: Certificate) -> None:
    letters = drawn(pdf(with_name(certificate.document, NAMES)))

    assert sorted(set(NAMES.replace(" ", "")) - letters) == []


def test_what_cannot_be_drawn_or_would_steer_is_printed_as_its_code(
    certificate: Certificate,
) -> None:
    plain = drawn(pdf(certificate.document))

    letters = drawn(pdf(with_name(certificate.document, "東京 \u202egnp.exe\x07")))

    assert "<" not in plain
    assert {"東", "京", "\u202e", "\x07"} & letters == set()
    # <U+6771>, <U+4EAC>, <U+202E> and <U+0007> instead.
    assert {"<", ">", "+", "U"} <= letters


@pytest.mark.parametrize("name", ["", "x" * 5_000, "a b " * 2_000, "</table><b>**__~~", "{nb}"])
def test_no_name_breaks_the_page(certificate: Certificate, name: str) -> None:
    assert pdf(with_name(certificate.document, name)).startswith(b"%PDF-")


def test_a_long_list_goes_on_over_the_pages(certificate: Certificate) -> None:
    long = copy.deepcopy(certificate.document)
    long["plans"] *= 200
    long["left"]["held_rows"]["named"] *= 200

    content = pdf(long)

    assert len(re.findall(rb"/Type /Page\b", content)) > 10
