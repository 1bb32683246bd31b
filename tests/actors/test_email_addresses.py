"""Which e-mail addresses an account may have, and in which form they are kept."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from actors.addresses import MAX_EMAIL, has_form, is_email, normal_email

ANY = st.text(max_size=80) | st.builds("{}@{}".format, st.text(max_size=40), st.text(max_size=40))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Vera@School.Example", "vera@school.example"),
        ("jürgen@bücher.example", "jürgen@xn--bcher-kva.example"),
        ("JU\u0308RGEN@BU\u0308CHER.EXAMPLE", "jürgen@xn--bcher-kva.example"),
        ("vera@xn--bcher-kva.example", "vera@xn--bcher-kva.example"),
        ("vera@XN--BCHER-KVA.example", "vera@xn--bcher-kva.example"),
        ("vera@faß.example", "vera@xn--fa-hia.example"),
        ("用户@例え。テスト", "用户@xn--r8jz45g.xn--zckzah"),
        ("अजय@डाटा.भारत", "अजय@xn--c2bd1gb.xn--h2brj9c"),
        ("ΧΡΉΣΤΗΣ@παράδειγμα.gr", "χρήστης@xn--hxajbheg2az3al.gr"),
        ("やまだtaro@example.jp", "やまだtaro@example.jp"),
        ("o'neil+quiz@example.co.uk", "o'neil+quiz@example.co.uk"),
        (" a@b--c.example\n", "a@b--c.example"),
    ],
)
def test_an_address_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert normal_email(typed) == kept
    assert normal_email(kept) == kept
    assert is_email(kept)
    assert has_form(kept)


@pytest.mark.parametrize(
    "text",
    [
        *("a@example.123", "a@1.2.3.4", "a@123", "a@example.1", "a@[127.0.0.1]"),
        *("a@xn--a.com", "a@xn--.com", "a@xn--ls8h.la", "a@xn--0.example", "a@b.xn--a"),
        *("a@-ü.de", "a@ü-.de", "a@ü..de", "a@☃.net", "a@" + "ü" * 60 + ".de", "a@ü"),
        *("a@аpple.com", "a@xn--pple-43d.com"),
        *("vеra@school.example", "αb@school.example", "🙂@school.example", "a\u200db@x.example"),
        *("\u0301a@school.example", "ａ@school.example", "ﬁ@school.example", "a b@x.example"),
        *("ü" * 33 + "@school.example", "a@" + "b." * 126 + "example", "\ud800@school.example"),
        *("a\u00a0b@school.example", "a\x00@school.example", "ü..b@school.example", "ü.@b.example"),
        *("@school.example", "a@", "a", "", "@", "a@b@c.example", "Ü@school.example"),
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    assert not is_email(text)
    normal = normal_email(text)
    assert not is_email(normal) or normal == "ü@school.example"


@pytest.mark.parametrize("text", ["a@example.123", "a@xn--a.com"])
def test_an_account_that_has_such_an_address_already_is_found_by_it(text: str) -> None:
    assert has_form(text)
    assert normal_email(text.upper()) == text


@given(ANY)
def test_every_text_has_a_form_that_is_its_own(text: str) -> None:
    kept = normal_email(text)
    assert normal_email(kept) == kept
    assert is_email(kept) in (True, False)
    if is_email(kept):
        assert has_form(kept)
        assert len(kept.encode()) <= MAX_EMAIL
        assert kept == kept.lower() == unicodedata.normalize("NFC", kept)
        assert kept.rpartition("@")[2].isascii()


LATIN = st.characters(categories=["Ll", "Lu"], max_codepoint=0x24F)


@given(st.text(LATIN, min_size=1, max_size=20))
def test_case_and_form_make_no_other_address(local: str) -> None:
    kept = normal_email(f"{local}@school.example")
    assume(is_email(kept))
    for other in (unicodedata.normalize("NFC", local), unicodedata.normalize("NFD", local)):
        assert normal_email(f"{other}@SCHOOL.example") == kept


def test_a_long_text_is_no_address_and_costs_nothing() -> None:
    assert normal_email("ü" * 1_000_000 + "@" + "ü" * 1_000_000 + ".de") == ""
    assert not is_email("a@" + "ü" * 1_000_000)
