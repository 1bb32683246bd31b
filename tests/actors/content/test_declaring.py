"""What may be uploaded, by what is said of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.content.declaring import declared
from protocol.content.kinds import KINDS, UNKNOWN_TYPES
from protocol.content.uses import MAX_CONTENT_TYPE, USES, FileUse, most_bytes
from protocol.errors import ValidationError
from protocol.objects import CONTENT_TYPE, MAX_FILENAME, check_link
from protocol.uploads import MAX_UPLOAD_BYTES
from tests.support.profiles import share

DANGEROUS = ("html", "htm", "svg", "js", "mjs", "exe", "doc", "xls", "ppt", "docm", "xlsm", "pptm")
ENDING = st.sampled_from(
    [*KINDS, *DANGEROUS, "", "pdf ", "p\u200bdf", "tar.gz", "PDF.exe", "ｐｄｆ"]
)
TYPE = st.sampled_from(
    [*UNKNOWN_TYPES, *(said for kind in KINDS.values() for said in kind.content_types), "text/html"]
)
STEM = st.text(st.characters(exclude_categories=()), max_size=MAX_FILENAME)
SIZE = st.one_of(
    st.integers(-1, MAX_UPLOAD_BYTES + 1),
    st.sampled_from([each.most_bytes + more for each in USES.values() for more in (0, 1)]),
)


def wrong(use: FileUse, name: str, content_type: str = "", size: int = 1) -> Mapping[str, str]:
    """The codes of what is refused, by field."""
    try:
        declared(use, name, content_type, size)
    except ValidationError as refusal:
        return {each["field"]: each["code"] for each in refusal.details["fields"]}
    return {}


@given(st.sampled_from(FileUse), STEM, ENDING, TYPE, SIZE)
@settings(max_examples=share(5))
def test_only_what_the_whitelist_has_is_taken_and_no_larger_than_it_may_be(
    use: FileUse, stem: str, ending: str, content_type: str, size: int
) -> None:
    """Property 64: File upload validation

    Validates: Requirements 13.4
    """
    name = f"{stem}.{ending}"
    fields = wrong(use, name, content_type, size)
    allowed = USES[use]
    extension = ending.replace("\u200b", "").strip().rpartition(".")[2].lower()
    if extension not in allowed.extensions:
        assert "fileName" in fields
    elif "fileName" not in fields and size > most_bytes(use, extension):
        assert fields["size"] == "TOO_MANY_BYTES"
    if size < 1:
        assert fields["size"] == "TOO_SMALL"
    if size > allowed.most_bytes:
        assert fields["size"] == "TOO_MANY_BYTES"
    if fields:
        return
    taken = declared(use, name, content_type, size)
    assert taken.extension == extension
    assert taken.name.lower().endswith(f".{extension}")
    assert taken.content_type == KINDS[extension].content_types[0]
    assert content_type in {*UNKNOWN_TYPES, *KINDS[extension].content_types}
    assert 1 <= taken.size == size <= most_bytes(use, extension) <= allowed.most_bytes
    assert not {"/", "\\"} & set(taken.name)
    assert unicodedata.is_normalized("NFC", taken.name)
    check_link(60, taken.name)
    assert declared(use, taken.name, taken.content_type, size) == taken


@given(st.sampled_from(FileUse), st.data())
def test_a_plain_name_with_an_ending_of_the_whitelist_is_taken(
    use: FileUse, data: st.DataObject
) -> None:
    stem = data.draw(
        st.from_regex(r"[A-Za-z0-9ÄÖüßéя文ع_()-][A-Za-z0-9 ._-]{0,80}", fullmatch=True)
    )
    extension = data.draw(st.sampled_from(sorted(USES[use].extensions)))
    ending = "".join(data.draw(st.sampled_from([c, c.upper()])) for c in extension)
    kind = KINDS[extension]
    said = data.draw(st.sampled_from(sorted({*UNKNOWN_TYPES, *kind.content_types})))
    shape = data.draw(st.sampled_from(["{}", "{}; charset=utf-8", " {} "])).format(said)
    size = data.draw(st.integers(1, most_bytes(use, extension)))
    taken = declared(use, f"{stem}.{ending}", shape.upper(), size)
    assert taken.content_type == kind.content_types[0]
    assert taken.name == f"{stem}.{ending}".strip()


@pytest.mark.parametrize("name", ["notes.pdf.exe", "notes.pdf.", "notes.pdf .", "notes", "a.html"])
def test_the_last_ending_counts(name: str) -> None:
    assert wrong(FileUse.RESOURCE, name) == {"fileName": "UNSUPPORTED"} or "." not in name
    assert "fileName" in wrong(FileUse.RESOURCE, name)


@pytest.mark.parametrize("name", [".pdf", "...pdf", " .pdf", "", "notes", " . .pdf"])
def test_a_name_without_a_name_or_without_an_ending_is_none(name: str) -> None:
    assert wrong(FileUse.RESOURCE, name)["fileName"] in ("INVALID_FORMAT", "REQUIRED")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../notes.pdf", "INVALID_CHARACTERS"),
        ("C:\\notes.pdf", "INVALID_CHARACTERS"),
        ("no\0tes.pdf", "INVALID_CHARACTERS"),
        ("no\x1btes.pdf", "INVALID_CHARACTERS"),
        ("no\ntes.pdf", "NOT_ONE_LINE"),
        ("notes\u202efdp.exe.pdf", "CHANGES_DIRECTION"),
        ("notes\u2066.pdf", "CHANGES_DIRECTION"),
        ("\ue000.pdf", "INVALID_CHARACTERS"),
        ("x" * 147 + ".pdf", "TOO_LONG"),
        ("x" * 1_000_000 + ".pdf", "TOO_LONG"),
        ("e" + "\u0301" * 40 + ".pdf", "TOO_MANY_MARKS"),
    ],
)
def test_names_that_deceive_are_refused(name: str, code: str) -> None:
    assert wrong(FileUse.RESOURCE, name)["fileName"] == code


def test_what_nobody_sees_in_a_name_is_gone() -> None:
    name = "Screenshot 10.30.15\u202fAM\u200b\u200e.png"
    assert declared(FileUse.RESOURCE, name, "", 1).name == "Screenshot 10.30.15 AM.png"
    assert declared(FileUse.RESOURCE, "Gro\u0308ße.pdf", "", 1).name == "Größe.pdf"


@pytest.mark.parametrize(
    ("content_type", "code"),
    [
        ("text/html", "NOT_APPLICABLE"),
        ("pdf", "INVALID_FORMAT"),
        ("application/pdf/x", "INVALID_FORMAT"),
        ("application/pdf\r\nx: y", "INVALID_FORMAT"),
        ("a" * (MAX_CONTENT_TYPE + 1), "TOO_LONG"),
    ],
)
def test_a_content_type_of_another_kind_is_refused(content_type: str, code: str) -> None:
    assert wrong(FileUse.RESOURCE, "a.pdf", content_type) == {"contentType": code}


def test_all_that_is_wrong_is_said_at_once() -> None:
    assert set(wrong(FileUse.AVATAR, "a.exe", "?", 0)) == {"fileName", "contentType", "size"}


def test_the_lists_hold_nothing_that_runs_and_fit_the_storage() -> None:
    for use, allowed in USES.items():
        assert allowed.extensions <= set(KINDS), use
        assert allowed.most_bytes <= MAX_UPLOAD_BYTES
    assert not set(DANGEROUS) & set(KINDS)
    for kind in KINDS.values():
        assert CONTENT_TYPE.fullmatch(kind.content_types[0])
        assert not {"text/html", "image/svg+xml"} & set(kind.content_types)
    assert USES[FileUse.VIDEO].most_bytes == 5 * 1024**3
