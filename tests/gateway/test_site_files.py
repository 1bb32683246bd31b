"""Files over the real front: validators, ranges, codings, and addresses that never change."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from quart import Response
from quart_trio import QuartTrio
from werkzeug.datastructures import Headers

from gateway import compression
from gateway.compression import AHEAD, AT_ONCE, LOOP_BYTES, Coding, choose
from gateway.conditional import UNSATISFIABLE, precondition, wanted_range
from gateway.domain_pages import DomainPages
from gateway.pages import create_app
from gateway.site_assets import WEB, hash_of, link_assets
from gateway.site_files import answer as respond_with
from tests.gateway.front.harness import Answer, Harness, serving
from tests.support.fakes import SetClock

DECODE: dict[bytes, Callable[[bytes], bytes]] = {
    b"br": brotli.decompress,
    b"zstd": zstandard.decompress,
    b"gzip": gzip.decompress,
}
PDF = b"%PDF" + bytes(range(256)) * 8
RESULTS = b"name,points\n" + b"Ann,17\n" * 10_000


def add_views(pages: QuartTrio) -> None:
    """What is made for each request, a text and none."""

    @pages.get("/made/csv")
    async def table() -> Response:
        return Response(RESULTS, content_type="text/csv")

    @pages.get("/made/pdf")
    async def pdf() -> Response:
        response = respond_with(PDF, "application/pdf", etag="x")
        response.headers["content-disposition"] = "attachment"
        return response


def site(web: Path = WEB) -> AbstractAsyncContextManager[Harness]:
    app: Any = create_app(clock=SetClock(), web=web, domains=[DomainPages(add_views=add_views)])
    return serving(asgi=app)


async def ask(harness: Harness, path: str, method: str = "GET", **headers: str) -> Answer:
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    async with await harness.connect() as wire:
        await wire.send(f"{method} {path} HTTP/1.1\r\nHost: a\r\n{lines}\r\n".encode())
        return await wire.answer(method)


# Validators


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"if-none-match": '"x"'}, 304),
        ({"if-none-match": 'W/"x"'}, 304),
        ({"if-none-match": '"a", W/"x"'}, 304),
        ({"if-none-match": "*"}, 304),
        ({"if-none-match": '"y"'}, None),
        ({"if-match": '"x"'}, None),
        ({"if-match": '"y", "x"'}, None),
        ({"if-match": "*"}, None),
        ({"if-match": 'W/"x"'}, 412),
        ({"if-match": '"y"'}, 412),
        ({"if-match": '"y"', "if-none-match": '"x"'}, 412),
        ({"if-match": '"x"', "if-none-match": '"x"'}, 304),
        ({}, None),
    ],
)
def test_preconditions_compare_as_rfc_9110_says(
    headers: dict[str, str], status: int | None
) -> None:
    assert precondition(Headers(headers), "x") == status


@given(st.text(max_size=30), st.text(max_size=30))
def test_preconditions_read_anything(one: str, other: str) -> None:
    headers = Headers()
    headers["if-match"] = one.replace("\n", "").replace("\r", "")
    headers["if-none-match"] = other.replace("\n", "").replace("\r", "")
    assert precondition(headers, "x") in (None, 304, 412)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("weak", ["", "W/"])
async def test_an_unchanged_file_is_neither_sent_again_nor_measured(method: str, weak: str) -> None:
    async with site() as harness:
        etag = (await ask(harness, "/app/main.js")).headers[b"etag"].decode()
        answer = await ask(harness, "/app/main.js", method, if_none_match=weak + etag)
        assert (answer.status, answer.body) == (304, b"")
        assert b"content-length" not in answer.headers
        assert answer.headers[b"etag"] == etag.encode()
        assert answer.headers[b"vary"].lower() == b"accept-encoding"
        assert answer.headers[b"x-content-type-options"] == b"nosniff", "once"
        answer = await ask(harness, "/app/main.js", method, if_match=f'"no{etag[1:]}')
        assert (answer.status, answer.body) == (412, b"")


# Ranges


@given(
    st.binary(max_size=50),
    st.one_of(st.none(), st.integers(0, 60)),
    st.one_of(st.none(), st.integers(0, 60)),
)
def test_a_range_is_what_a_slice_would_be(body: bytes, first: int | None, last: int | None) -> None:
    text = f"bytes={'' if first is None else first}-{'' if last is None else last}"
    found = wanted_range(Headers({"range": text}), len(body), "x")
    if (first is None and last is None) or (
        first is not None and last is not None and last < first
    ):
        assert found is None
        return
    if first is None:
        assert last is not None
        expected = body[-last:] if last else b""
    else:
        expected = body[first:] if last is None else body[first : last + 1]
    assert found is not None
    assert body[slice(*found)] == expected
    assert (found == UNSATISFIABLE) == (not expected)


@given(st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=40))
def test_a_range_without_sense_is_the_whole_or_part_of_it(text: str) -> None:
    found = wanted_range(Headers({"range": text}), 10, "x")
    assert found is None or found == UNSATISFIABLE or 0 <= found[0] < found[1] <= 10


@pytest.mark.parametrize(
    ("condition", "status"), [('"x"', 206), ('W/"x"', 200), ('"y"', 200), ("x", 200), ("", 200)]
)
def test_a_range_of_another_version_is_the_whole(condition: str, status: int) -> None:
    headers = Headers({"range": "bytes=0-1", "if-range": condition})
    assert (wanted_range(headers, 10, "x") is None) == (status == 200)


async def test_a_part_of_a_file_can_be_asked_for() -> None:
    async with site() as harness:
        whole = await ask(harness, "/made/pdf")
        assert whole.headers[b"accept-ranges"] == b"bytes"
        answer = await ask(harness, "/made/pdf", range="bytes=4-7")
        assert (answer.status, answer.body) == (206, PDF[4:8])
        assert answer.headers[b"content-range"] == b"bytes 4-7/%d" % len(PDF)
        assert answer.headers[b"content-disposition"] == whole.headers[b"content-disposition"]
        answer = await ask(harness, "/made/pdf", range=f"bytes={len(PDF)}-")
        assert (answer.status, answer.body) == (416, b"")
        assert answer.headers[b"content-range"] == b"bytes */%d" % len(PDF)
        answer = await ask(harness, "/made/pdf", range="bytes=0-1,4-5")
        assert (answer.status, answer.body) == (200, PDF)
        answer = await ask(harness, "/made/pdf", "HEAD", range="bytes=0-1")
        assert answer.status == 200, "a range is for GET alone"


async def test_a_part_of_a_text_is_of_the_text_and_not_of_its_coding() -> None:
    async with site() as harness:
        given = {"accept_encoding": "br", "range": "bytes=0-9"}
        answer = await ask(harness, "/style.css", **given)
        assert (answer.status, answer.body) == (206, (WEB / "style.css").read_bytes()[:10])
        assert b"content-encoding" not in answer.headers


# Codings


@pytest.mark.parametrize(
    ("accept", "ahead", "at_once"),
    [
        ("gzip, deflate, br, zstd", "br", "zstd"),
        ("gzip;q=1, br;q=0.5", "gzip", "gzip"),
        ("x-gzip", "gzip", "gzip"),
        ("*", "br", "zstd"),
        ("*, br;q=0", "zstd", "zstd"),
        ("identity, gzip;q=0.5", None, None),
        ("identity, gzip", "gzip", "gzip"),
        ("identity;q=0.5, gzip", "gzip", "gzip"),
        ("br;q=0", None, None),
        ("BR", "br", "br"),
        ("br;q=7, gzip;q=nan, zstd;q=x", None, None),
        ("deflate, compress", None, None),
        ("", None, None),
        ("a," * 125 + "gzip", "gzip", "gzip"),
        ("a," * 125 + "x,gzip;q=0", None, None),  # cut at 256 characters, it would ask for gzip
        ("gzip," + "a," * 125 + "gzip;q=0", None, None),
        ("*," + "a," * 126 + "b,br;q=0", None, None),
    ],
)
def test_the_clients_weights_choose_the_coding(
    accept: str, ahead: Coding | None, at_once: Coding | None
) -> None:
    assert choose(accept, AHEAD) == ahead
    assert choose(accept.encode(), AT_ONCE) == at_once


@given(st.binary(max_size=60))
def test_no_coding_is_chosen_that_a_client_does_not_name(accept: bytes) -> None:
    coding = choose(accept, AHEAD)
    lower = accept.lower()
    assert coding is None or coding.encode() in lower or b"*" in lower


@given(st.binary(max_size=3_000), st.sampled_from(AHEAD))
def test_a_coding_can_be_undone(body: bytes, coding: Coding) -> None:
    assert DECODE[coding.encode()](compression.encode(body, coding)) == body
    assert DECODE[coding.encode()](compression.encode_once(body, coding)) == body


@pytest.mark.parametrize("coding", AHEAD)
@pytest.mark.parametrize("path", ["/", "/style.css", "/vendor/socket.io.esm.min.js"])
async def test_a_file_is_coded_for_who_takes_it(path: str, coding: Coding) -> None:
    async with site() as harness:
        plain = await ask(harness, path)
        answer = await ask(harness, path, accept_encoding=coding)
        assert answer.headers[b"content-encoding"] == coding.encode()
        assert len(answer.body) < len(plain.body) / 2
        assert DECODE[coding.encode()](answer.body) == plain.body
        assert answer.headers[b"vary"].lower() == plain.headers[b"vary"].lower()
        etag = answer.headers[b"etag"]
        assert etag != plain.headers[b"etag"], "a strong validator is of the very bytes"
        given = {"accept_encoding": coding, "if_none_match": etag.decode()}
        assert (await ask(harness, path, **given)).status == 304
        head = await ask(harness, path, "HEAD", accept_encoding=coding)
        assert head.headers[b"content-length"] == answer.headers[b"content-length"]


async def test_a_file_is_coded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    coded = []
    encode_once = compression.encode_once

    def count(body: bytes, coding: Coding) -> bytes:
        coded.append(coding)
        return encode_once(body, coding)

    monkeypatch.setattr(compression, "encode_once", count)
    async with site() as harness:
        for _ in range(3):
            await ask(harness, "/style.css", accept_encoding="br")
        assert coded == ["br"]


async def test_what_is_small_or_no_text_is_not_coded() -> None:
    async with site() as harness:
        for path in ("/favicon.svg", "/made/pdf"):
            answer = await ask(harness, path, accept_encoding="br")
            assert b"content-encoding" not in answer.headers, path


async def test_what_is_made_for_a_request_is_coded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    beside = []
    encode_beside = compression.encode_beside

    async def note(body: bytes, coding: Coding, *, once: bool = False) -> bytes:
        beside.append(len(body))
        return await encode_beside(body, coding, once=once)

    monkeypatch.setattr("gateway.site_files.encode_beside", note)
    async with site() as harness:
        code = await ask(harness, f"/qr.svg?text={'hello' * 20}", accept_encoding="gzip, br")
        assert code.headers[b"content-encoding"] == b"br"
        assert brotli.decompress(code.body).startswith(b"<svg")
        table = await ask(harness, "/made/csv", accept_encoding="zstd")
        assert zstandard.decompress(table.body) == RESULTS
        assert beside == [len(RESULTS)], f"more than {LOOP_BYTES} bytes do not hold the loop"


# Addresses that never change

NAMED = re.compile(r'(?:src|href)="(/assets/[^"]+)"')


async def test_what_a_page_loads_may_be_kept_for_a_year() -> None:
    async with site() as harness:
        page = await ask(harness, "/host")
        named = NAMED.findall(page.body.decode())
        assert {Path(name).name for name in named} >= {
            "favicon.svg",
            "icon-192.png",
            "manifest.webmanifest",
            "style.css",
            "kit.css",
            "first.js",
            "core.js",
            "assessments-live-host-page.js",
        }
        assert page.headers[b"cache-control"] == b"no-cache"
        for name in named:
            asset = await ask(harness, name)
            assert asset.status == 200
            assert asset.headers[b"cache-control"] == b"public, max-age=31536000, immutable"
            plain = re.sub("^/assets/[^/]+", "", name)
            assert asset.body == (await ask(harness, plain)).body


@pytest.mark.parametrize(
    ("headers", "status", "kept"),
    [
        ({"range": "bytes=999999999-"}, 416, b"no-store"),
        ({"if_match": '"x"'}, 412, b"no-store"),
        ({"range": "bytes=0-9"}, 206, b"public, max-age=31536000, immutable"),
        ({"if_none_match": "*"}, 304, b"public, max-age=31536000, immutable"),
    ],
)
async def test_a_refusal_is_not_kept_in_the_place_of_the_file(
    headers: dict[str, str], status: int, kept: bytes
) -> None:
    async with site() as harness:
        page = await ask(harness, "/host")
        name = NAMED.findall(page.body.decode())[0]
        answer = await ask(harness, name, **headers)
        assert (answer.status, answer.headers[b"cache-control"]) == (status, kept)


async def test_modules_are_named_by_relative_addresses_so_that_they_come_from_one_version() -> None:
    for module in WEB.glob("*.js"):
        for name in re.findall(r'\bfrom "([^"\n]+)"', module.read_text()):
            assert name.startswith("./"), (module.name, name)


async def test_a_page_of_another_version_finds_looks_that_no_cache_keeps_but_no_scripts() -> None:
    async with site() as harness:
        answer = await ask(harness, "/assets/0123456789abcdef0123/style.css")
        assert (answer.status, answer.headers[b"cache-control"]) == (200, b"no-cache")
        for path in ("/assets/0123456789abcdef0123/app/main.js", "/assets/x/words/en.json"):
            answer = await ask(harness, path)
            assert (answer.status, answer.headers[b"cache-control"]) == (404, b"no-store")
        for path in ("/assets/x/app.html", "/assets/x/nothing.js", "/assets/x/", "/assets/x"):
            assert (await ask(harness, path)).status == 404


def test_the_address_changes_with_any_file(tmp_path: Path) -> None:
    hashes = set()
    for number, (name, text) in enumerate([("a.js", "1"), ("a.js", "2"), ("b.js", "2")]):
        root = tmp_path / str(number)
        root.mkdir()
        (root / name).write_text(text)
        hashes.add(hash_of(root))
    assert len(hashes) == 3


def test_only_what_there_is_is_named_so() -> None:
    page = '<a href="/host"></a><link href="/style.css"><a href="/certificates/{x}.js">'
    found = f'<a href="/host"></a><link href="/assets/{hash_of(WEB)}/style.css">'
    assert link_assets(page) == f'{found}<a href="/certificates/{{x}}.js">'
