"""The Quart-Trio app: static files, QR codes, exports and errors."""

from __future__ import annotations

import io
import json
import re
from base64 import b64encode
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from time import process_time
from typing import Any

import brotli
import httpx
import hypercorn.config
import hypercorn.trio
import msgspec
import openpyxl
import pytest
import structlog
import trio
from quart_trio import QuartTrio

from gateway.domain_pages import DomainPages
from gateway.media_ranges import prefers_html
from gateway.pages import create_app
from gateway.qr import MAX_QR_BYTES
from gateway.site_assets import WEB
from gateway.site_chunks import closure
from gateway.site_documents import Route, documents, joined, read_routes
from gateway.word_sections import BASE, word_parts
from protocol.assessments.files import ExportFormat, ExportQuiz, QuizExported
from protocol.assessments.live.entry import LiveQuizFound, MayExportLiveQuiz
from protocol.envelope import Message
from protocol.errors import (
    AuthorizationError,
    NotFoundError,
    StorageUnavailable,
)
from protocol.objects import StoredObject, check_key
from protocol.selection import Selection, Viewer
from protocol.signing import SigningKey
from supervisors.domain import PageResources
from supervisors.domains import DOMAINS
from tests.support.fakes import FakePost, FakeReads, FakeTokens, SetClock
from tests.support.turns import slowness

GAME = "3f0e5f34-3d52-4d4c-a3c0-0f3d3f6d8f10"
BEARER = {"authorization": "Bearer vera"}
SLOW_PARSERS = re.compile(
    r"\.accept_(mimetypes|languages|encodings|charsets)|parse_accept|SimpleCookie|request\.cookies"
)
SCRIPT_SOURCES = re.compile(r'(?:src|href)="([^"]+)"')


class Post(FakePost):
    """Vera may have the results."""

    def __init__(self, error: Exception | None = None) -> None:
        super().__init__()
        self.replies[MayExportLiveQuiz] = error or self.found
        self.replies[ExportQuiz] = error or self.exported

    def found(self, question: MayExportLiveQuiz) -> Message | Exception:
        if question.user_id != "vera":
            return AuthorizationError()
        return LiveQuizFound(live_quiz_id=GAME, course_id="c")

    def exported(self, question: ExportQuiz) -> Message | Exception:
        if question.by != "vera":
            return AuthorizationError()
        return QuizExported(title="Solar system", content=b"[plain]?{T}\n")


class Reads(FakeReads):
    """One game with one player."""

    def answer_to(self, selection: Selection, viewer: Viewer) -> bytes:
        game = {
            "title": "Solar system: a walk!",
            "playedQuestions": [],
            "results": {
                "nodes": [
                    {
                        "playerId": "p",
                        "nickname": "=Ada",
                        "score": 9,
                        "rank": 1,
                        "correct": 1,
                        "answered": 1,
                        "answers": [],
                    }
                ],
                "pageInfo": {"hasNextPage": False, "endCursor": None},
            },
        }
        return msgspec.json.encode(game)


VERA_ID = "0b2408f1-5f8c-4864-9a64-3497fe220916"


class Pictures:
    """A user's picture, and a question's."""

    async def get(self, key: str) -> StoredObject | None:
        if check_key(key) in (f"avatars/{VERA_ID}/a.png", "pictures/a.png"):
            return StoredObject(data=b"png", content_type="image/png")
        return None


class NoKeys:
    async def all(self) -> Sequence[SigningKey]:
        return []


def domain_pages(post: Any = None, reads: Any = None) -> list[DomainPages]:
    """What every domain adds to the site."""
    pictures: Any = Pictures()
    resources = PageResources(
        post=post or Post(),
        reads=reads or Reads(),
        tokens=FakeTokens(role="educator"),
        objects=pictures,
        signing_keys=NoKeys(),
        base_url=lambda: "",
    )
    return [make(resources) for domain in DOMAINS for make in domain.pages]


TEMPLATES = sorted(f"/{name}" for pages in domain_pages() for name in pages.templates)


def app(post: Any = None, reads: Any = None, **more: Any) -> QuartTrio:
    return made_app(post, reads, **more) if more or post or reads else the_app()


@cache
def the_app() -> QuartTrio:
    """The one of all tests that want nothing of it: to make one takes a second."""
    return made_app(None, None)


def made_app(post: Any, reads: Any, **more: Any) -> QuartTrio:
    more.setdefault("domains", domain_pages(post, reads))
    return create_app(clock=SetClock(), **more)


# --- static -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/play", "/join", "/host", "/style.css", "/app/main.js"])
async def test_pages_are_served_with_a_validator_and_security_headers(path: str) -> None:
    response = await app().test_client().get(path)
    assert response.status_code == 200
    assert response.headers["etag"]
    assert response.headers["cache-control"] == "no-cache"
    assert "script-src 'self'" in response.headers["content-security-policy"]
    assert "unsafe" not in response.headers["content-security-policy"]
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["x-frame-options"] == "DENY"


async def test_every_address_of_the_application_can_be_loaded_anew() -> None:
    routes = [file.read_text() for file in WEB.rglob("routes.js")]
    paths = [path for text in routes for path in re.findall(r'path: "([^"]+)"', text)]
    client = app().test_client()
    for path in paths:
        response = await client.get(path.replace(":", "any-"))
        page = await response.get_data(as_text=True)
        assert '<div id="app">' in page, path
        named = re.findall('rel="(?:modulepreload|preload)"[^>]* href="([^"]+)"', page)
        assert any(name.endswith("/joined/core.js") for name in named), path
        for name in named:
            assert (await client.get(name)).headers["cache-control"].endswith("immutable"), name
    assert "/sign-in" in paths
    assert len(paths) == len(set(paths))


async def test_the_application_may_run_its_import_map_and_no_other_inline_script() -> None:
    response = await app().test_client().get("/sign-in")
    page = await response.get_data(as_text=True)
    (import_map,) = re.findall(r'<script type="importmap">(.*?)</script>', page)
    digest = b64encode(sha256(import_map.encode()).digest()).decode()
    policy = response.headers["content-security-policy"]
    assert f"script-src 'self' 'sha256-{digest}';" in policy
    for address in json.loads(import_map)["imports"].values():
        found = await app().test_client().get(address)
        assert found.status_code == 200, address
        assert "immutable" in found.headers["cache-control"]


async def test_the_showcase_of_components_is_for_developers_only() -> None:
    files = [f"/showcase/{path.name}" for path in (WEB / "showcase").iterdir()]
    assert len(files) > 3
    with_showcase = create_app(clock=SetClock(), with_showcase=True)
    for path in ("/kit", *files):
        refused = await app().test_client().get(path)
        assert refused.status_code == 404, path
        found = await with_showcase.test_client().get(path)
        assert found.status_code == 200, path


def test_dark_is_the_same_by_the_system_and_by_choice() -> None:
    style = (WEB / "style.css").read_text("utf-8")
    by_system, by_choice = re.findall(r"\{\s*color-scheme: dark;([^}]*)\}", style)
    assert by_system == by_choice
    (light,) = re.findall(r"\{\s*color-scheme: light;([^}]*)\}", style)
    names = re.compile(r"(--[\w-]+):")
    assert set(names.findall(by_system)) <= set(names.findall(light))


async def test_an_unchanged_file_is_not_sent_again() -> None:
    client = app().test_client()
    etag = (await client.get("/app/main.js")).headers["etag"]
    again = await client.get("/app/main.js", headers={"if-none-match": etag})
    assert again.status_code == 304
    assert await again.get_data() == b""
    other = await client.get("/app/main.js", headers={"if-none-match": '"other"'})
    assert other.status_code == 200


async def test_head_names_the_length_that_get_would_have() -> None:
    client = app().test_client()
    response = await client.head("/")
    assert response.status_code == 200
    assert response.headers["content-length"] == (await client.get("/")).headers["content-length"]


async def test_everything_a_page_names_is_there_and_from_this_site() -> None:
    client = app().test_client()
    for page in WEB.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "<script>" not in text
        assert "style=" not in text
        for source in SCRIPT_SOURCES.findall(text):
            assert source.startswith("/")
            if "{" in source:
                continue  # of a template
            assert (await client.get(source)).status_code == 200, source


async def test_every_module_that_is_imported_is_there() -> None:
    client = app().test_client()
    imports = re.compile(r'from "(\./[^"]+)"')
    for module in WEB.glob("*.js"):
        for name in imports.findall(module.read_text(encoding="utf-8")):
            assert (await client.get(name.removeprefix("."))).status_code == 200, name


@pytest.mark.parametrize(
    "path",
    [
        "/../pages.py",
        "/%2e%2e/pages.py",
        "/vendor",
        "/.git/config",
        "/nothing",
        "/error.html",
        *TEMPLATES,
    ],
)
async def test_nothing_else_is_served(path: str) -> None:
    assert (await app().test_client().get(path)).status_code == 404


async def test_the_vendored_client_carries_its_licence() -> None:
    client = app().test_client()
    licence = await client.get("/vendor/socket.io-client.LICENSE")
    assert "MIT" in await licence.get_data(as_text=True)


async def test_the_public_address_is_told() -> None:
    response = await app(public_url="https://stoa.school").test_client().get("/site.json")
    assert await response.get_json() == {"publicUrl": "https://stoa.school"}
    assert await (await app().test_client().get("/site.json")).get_json() == {"publicUrl": None}


# --- QR codes -----------------------------------------------------------------------------------


async def test_a_qr_code_is_an_svg() -> None:
    response = await app().test_client().get("/qr.svg?text=https://stoa.school/?pin=123456")
    assert response.status_code == 200
    assert response.content_type == "image/svg+xml"
    assert (await response.get_data(as_text=True)).startswith("<svg")


@pytest.mark.parametrize("text", ["", "x" * (MAX_QR_BYTES + 1)])
async def test_the_text_of_a_qr_code_is_bounded(text: str) -> None:
    response = await app().test_client().get("/qr.svg", query_string={"text": text})
    assert response.status_code == 400
    assert (await response.get_json())["details"]["fields"][0]["field"] == "text"


# --- exports ------------------------------------------------------------------------------------


async def test_a_host_downloads_csv() -> None:
    post, reads = Post(), Reads()
    path = f"/live/{GAME}/results.csv"
    response = await app(post, reads).test_client().get(path, headers=BEARER)
    assert response.status_code == 200
    assert response.headers["content-disposition"] == (
        'attachment; filename="solar-system-a-walk-results.csv"'
    )
    assert response.headers["cache-control"] == "no-store"
    assert b"'=Ada" in await response.get_data()
    assert post.sent[0][1] == MayExportLiveQuiz(user_id="vera", role="educator", live_quiz_id=GAME)
    assert reads.viewers == [Viewer(user_id="vera", role="educator")]


async def test_a_host_downloads_xlsx() -> None:
    response = await app().test_client().get(f"/live/{GAME}/results.xlsx", headers=BEARER)
    data = await response.get_data(as_text=False)
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    assert sheet["B2"].value == "=Ada"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("authorization", "status", "code"),
    [
        (None, 401, "AUTHENTICATION_ERROR"),
        ("Basic dmVyYQ==", 401, "AUTHENTICATION_ERROR"),
        ("Bearer ", 401, "AUTHENTICATION_ERROR"),
        ("Bearer bad", 401, "AUTHENTICATION_ERROR"),
        ("Bearer eve", 403, "AUTHORIZATION_ERROR"),
    ],
)
async def test_others_get_no_results(
    kind: str, authorization: str | None, status: int, code: str
) -> None:
    headers = {} if authorization is None else {"authorization": authorization}
    reads = Reads()
    client = app(reads=reads).test_client()
    response = await client.get(f"/live/{GAME}/results.{kind}", headers=headers)
    assert response.status_code == status
    assert (await response.get_json())["code"] == code
    assert reads.viewers == []


@pytest.mark.parametrize(
    ("error", "status"),
    [(NotFoundError("live quiz", GAME), 404), (StorageUnavailable(), 503)],
)
async def test_failures_of_the_platform_keep_their_status(error: Exception, status: int) -> None:
    client = app(Post(error)).test_client()
    response = await client.get(f"/live/{GAME}/results.csv", headers=BEARER)
    assert response.status_code == status


async def test_a_teacher_downloads_the_questions_of_a_quiz() -> None:
    post = Post()
    path = f"/quizzes/{GAME}/questions.gift"
    response = await app(post).test_client().get(path, headers=BEARER)
    assert response.status_code == 200
    assert response.headers["content-disposition"] == (
        'attachment; filename="solar-system-questions.gift"'
    )
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert await response.get_data(as_text=True) == "[plain]?{T}\n"
    assert post.sent[0][1] == ExportQuiz(by="vera", by_role="educator", quiz_id=GAME)
    for headers in ({}, {"authorization": "Bearer eve"}):
        refused = await app().test_client().get(path, headers=headers)
        assert refused.status_code in (401, 403)


@pytest.mark.parametrize(
    ("ending", "format", "media_type"),
    [
        ("moodle.xml", ExportFormat.MOODLE_XML, "application/xml; charset=utf-8"),
        ("qti3.zip", ExportFormat.QTI_3, "application/zip"),
        ("csv", ExportFormat.CSV, "text/csv; charset=utf-8"),
    ],
)
async def test_the_ending_of_the_address_says_in_which_format(
    ending: str, format: ExportFormat, media_type: str
) -> None:
    post = Post()
    client = app(post).test_client()
    response = await client.get(f"/quizzes/{GAME}/questions.{ending}", headers=BEARER)
    assert response.headers["content-type"] == media_type
    assert f'-questions.{ending}"' in response.headers["content-disposition"]
    assert isinstance(post.sent[0][1], ExportQuiz)
    assert post.sent[0][1].format is format
    other = await client.get(f"/quizzes/{GAME}/questions.exe", headers=BEARER)
    assert other.status_code == 404


async def test_a_picture_of_a_question_is_for_whoever_knows_its_address() -> None:
    client = app().test_client()
    response = await client.get("/pictures/a.png")
    assert (response.status_code, await response.get_data()) == (200, b"png")
    assert response.headers["content-type"] == "image/png"
    assert response.headers["cache-control"] == "private, no-cache"
    assert response.headers["x-content-type-options"] == "nosniff"
    known = {"if-none-match": response.headers["etag"]}
    assert (await client.get("/pictures/a.png", headers=known)).status_code == 304
    for name in ("b.png", "..%2fa.png", "A"):
        assert (await client.get(f"/pictures/{name}")).status_code == 404


async def test_an_id_that_is_none_is_not_found() -> None:
    response = await app().test_client().get("/live/1/results.csv", headers=BEARER)
    assert response.status_code == 404


# --- errors -------------------------------------------------------------------------------------


async def test_an_unknown_page_is_an_error_object_for_programs() -> None:
    response = await app().test_client().get("/nothing", headers={"accept": "application/json"})
    body = await response.get_json()
    assert response.status_code == 404
    assert set(body) == {"error", "code", "message", "details", "requestId", "timestamp"}
    assert body["code"] == "NOT_FOUND"


async def test_an_error_names_the_request_by_the_id_of_its_header() -> None:
    client = app().test_client()
    ids = set()
    for _ in range(2):
        response = await client.get("/nothing", headers={"accept": "application/json"})
        body = await response.get_json()
        assert body["requestId"] == response.headers["x-request-id"]
        ids.add(body["requestId"])
    assert len(ids) == 2


async def test_under_the_front_an_error_carries_the_fronts_own_id() -> None:
    with structlog.contextvars.bound_contextvars(request_id="from-the-front"):
        response = await app().test_client().get("/nothing", headers={"accept": "application/json"})
    assert (await response.get_json())["requestId"] == "from-the-front"
    assert "x-request-id" not in response.headers


async def test_an_unknown_page_is_a_page_for_people() -> None:
    accept = "text/html,application/xhtml+xml,*/*;q=0.8"
    response = await app().test_client().get("/<b>", headers={"accept": accept})
    text = await response.get_data(as_text=True)
    assert response.status_code == 404
    assert response.content_type.startswith("text/html")
    assert "<b>" not in text


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        ("text/html", True),
        ("TEXT/HTML ; charset=utf-8", True),
        ("text/*", True),
        ("text/html;q=0.9, application/json;q=0.8", True),
        ("text/html, */*;q=0.8", True),
        ("*/*, application/json;q=0", True),
        ("text/html;q=0.5, application/json", False),
        ("text/html, application/json", False),
        ("text/html;q=0, */*", False),
        ("text/html;q=x", False),
        ("text/html;q=7", False),
        ("text/html;q=nan", False),
        ("*/*", False),
        ("image/png", False),
        ("", False),
    ],
)
async def test_an_error_is_of_the_kind_that_weighs_more(accept: str, html: bool) -> None:
    response = await app().test_client().get("/nothing", headers={"accept": accept})
    kind = "text/html" if html else "application/json"
    assert (response.status_code, response.mimetype) == (404, kind)


@pytest.mark.parametrize("piece", [" ", "\t", ";", ",", '"', "\\", "a;q=", "text/html;q=1,"])
def test_a_long_accept_header_is_read_at_once(piece: str) -> None:
    started = process_time()
    prefers_html(f"a{piece * (500_000 // len(piece))}b")
    assert process_time() - started < 2 * slowness()  # a quadratic way would take minutes


async def test_an_error_is_told_whatever_is_accepted() -> None:
    client = app().test_client()
    started = process_time()
    for _ in range(10):
        headers = {"accept": f"a{chr(9) * 15_200}b"}
        assert (await client.get("/nothing", headers=headers)).status_code == 404
    assert process_time() - started < 1 * slowness()  # it took two seconds


def test_nobody_parses_accept_headers_the_slow_way() -> None:
    for path in (WEB.parent).rglob("*.py"):
        assert not SLOW_PARSERS.search(path.read_text()), path


async def test_another_method_is_refused_and_the_right_one_named() -> None:
    response = await app().test_client().post("/", headers={"accept": "application/json"})
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, OPTIONS"
    assert (await response.get_json())["error"] is True


async def test_without_a_token_the_scheme_is_named() -> None:
    response = await app().test_client().get(f"/live/{GAME}/results.csv")
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == 'Bearer realm="stoa"'


async def test_what_is_unavailable_says_when_to_try_again() -> None:
    client = app(Post(StorageUnavailable())).test_client()
    response = await client.get(f"/live/{GAME}/results.csv", headers=BEARER)
    assert (response.status_code, response.headers["retry-after"]) == (503, "2")


async def test_a_bug_is_an_internal_error_that_tells_nothing() -> None:
    client = app(Post(RuntimeError("secret detail"))).test_client()
    response = await client.get(f"/live/{GAME}/results.csv", headers=BEARER)
    assert response.status_code == 500
    text = await response.get_data(as_text=True)
    assert "secret" not in text
    assert "INTERNAL_ERROR" in text


FIRST_LOAD_KIB = 90
"""Of what a document names, the words in the language that takes most, and what formats texts."""
FORMATS_LATER = re.compile("^/(|play|join|host|quizzes/.+|courses/new|courses/.+/edit.*)$")
"""Where the first text comes with a question, or is still to be written."""


@cache
def packed(body: bytes) -> int:
    return len(brotli.compress(body, quality=9))


def words_of(rule: str) -> int:
    """What the words that a page names take, in the language in which they take most."""
    address = re.sub(r"<(\w+)>", r":\1", rule)
    [sections] = (
        found[2]
        for file in WEB.rglob("routes.js")
        for found in re.finditer(r'path: "([^"]+)".*?words: \[([^\]]*)\]', file.read_text())
        if found[1] == address
    )
    return max(
        sum(
            packed(body)
            for name, body in word_parts(f"/words/{path.name}", path.read_bytes())
            if Path(name).stem in {BASE, *re.findall(r"\w+", sections)}
        )
        for path in (WEB / "words").iterdir()
    )


async def test_the_chunks_are_kept_for_want_of_a_network_and_no_module_besides() -> None:
    kept = await app().test_client().get("/files.json")
    names = json.loads(await kept.get_data())["files"]
    scripts = {name for name in names if name.endswith(".js")}
    chunks = joined(WEB, (WEB / "app.html").read_text(encoding="utf-8"))
    assert scripts == {name for name in chunks.files if name.endswith(".js")}
    assert "joined/text-markdown.js" in scripts
    assert not [name for name in names if name.endswith(".map")]


async def test_what_a_document_loads_has_no_policy_of_documents() -> None:
    client = app().test_client()
    page = await (await client.get("/sign-in")).get_data(as_text=True)
    for name in re.findall('href="(/assets/[^"]+[.](?:js|css|svg))"', page):
        headers = (await client.get(name)).headers
        assert headers["x-content-type-options"] == "nosniff", name
        assert ("content-security-policy" in headers) == name.endswith(".svg"), name
    refused = await client.get("/assets/other/app/main.js")
    assert refused.status_code == 404
    assert "content-security-policy" in refused.headers


@pytest.mark.no_cover
def test_what_a_page_of_the_application_loads_first_stays_small() -> None:
    shell = (WEB / "app.html").read_text(encoding="utf-8")
    chunks = joined(WEB, shell)

    def size(name: str) -> int:
        text = chunks.files.get(name)
        return packed((WEB / name).read_bytes() if text is None else text.encode())

    def formatting(route: Route) -> set[str]:
        if FORMATS_LATER.match(route.rule):
            return set()
        needed = closure(chunks.modules, route.module)
        parts = {"text/written.js": "text/markdown.js", "text/rich-text.js": "text/sanitised.js"}
        first = next((brought for part, brought in parts.items() if part in needed), None)
        return {f"joined/{chunks.chunk_of[first]}.js"} if first else set()

    pages = dict(documents(WEB, shell, chunks))
    for route in read_routes(WEB):
        page = pages[route.rule]
        named = set(re.findall(r'"/([^"]+\.(?:js|css))"', page.partition("modulepreload")[2]))
        assert {"joined/first.js", "joined/core.js"} <= named, route
        files = {"style.css", "kit/kit.css", *named, *formatting(route)}
        kib = (sum(map(size, files)) + words_of(route.rule) + packed(page.encode())) / 1024
        assert kib < FIRST_LOAD_KIB, f"{route.rule}: {kib:.1f} KiB"


async def test_the_whole_app_runs_under_hypercorn_alone() -> None:
    config = hypercorn.config.Config()
    config.bind = ["127.0.0.1:0"]
    config.errorlog = None
    async with trio.open_nursery() as nursery:
        (base_url,) = await nursery.start(hypercorn.trio.serve, made_app(None, None), config)
        async with httpx.AsyncClient(base_url=base_url) as client:
            for path in ("/", "/host", "/app/main.js", "/site.json", "/qr.svg?text=hello"):
                answer = await client.get(path)
                assert answer.status_code == 200, path
                assert "content-security-policy" in answer.headers, path
            assert (await client.get("/nowhere")).status_code == 404
        nursery.cancel_scope.cancel()


@pytest.mark.parametrize("host", ["a" * 64, "a..b"])
async def test_a_host_that_is_no_name_is_refused_like_anything_malformed(host: str) -> None:
    answer = await app().test_client().get("/site.json", headers={"host": host})
    assert answer.status_code == 400
    assert (await answer.get_json())["code"] == "BAD_REQUEST"


def addresses_of(app: QuartTrio) -> Iterator[str]:
    """One for every route, of what there is where the fakes have it."""
    known = {"user_id": VERA_ID, "live_quiz_id": GAME, "quiz_id": GAME, "name": "a.png"}
    known["number"] = "STOA-1"
    for rule in app.url_map.iter_rules():
        values = {name: known.get(name, "x") for name in rule.arguments}
        yield app.url_map.bind("school.example").build(rule.endpoint, values)


SHARED = {"/qr.svg"}
"""What is the same for everybody for ever, and nobody's."""


async def test_no_cache_keeps_what_may_be_withdrawn() -> None:
    pages = app()
    found = list(addresses_of(pages))
    assert len(found) > 20
    for path in [*found, "/nowhere"]:
        answer = await pages.test_client().get(path, headers=BEARER)
        kept = str(answer.headers["cache-control"])
        if path not in SHARED:
            assert kept in ("no-cache", "no-store", "private, no-cache", "no-cache, private"), path
            assert answer.headers.get("etag") or kept == "no-store", path


async def test_pages_may_send_files_to_where_they_are_stored() -> None:
    pages = app(storage_origins=("https://files.example",))
    policy = (await pages.test_client().get("/")).headers["content-security-policy"]
    assert "connect-src 'self' https://files.example;" in policy
    assert "media-src 'self' https://files.example blob:;" in policy


async def test_a_picture_is_asked_for_again_and_nothing_else_is_found_there() -> None:
    client = app().test_client()
    answer = await client.get(f"/avatars/{VERA_ID}/a.png")
    assert (await answer.get_data(), answer.headers["content-type"]) == (b"png", "image/png")
    assert sorted(answer.headers["cache-control"].split(", ")) == ["no-cache", "private"]
    known = {"if-none-match": answer.headers["etag"]}
    again = await client.get(f"/avatars/{VERA_ID}/a.png", headers=known)
    assert (again.status_code, await again.get_data()) == (304, b"")
    gone = await client.get(f"/avatars/{VERA_ID}/b.png", headers={"if-none-match": '"b.png"'})
    assert gone.status_code == 404
    assert answer.headers["x-content-type-options"] == "nosniff"
    for path in ("b.png", "..%2Fa.png", "A.PNG", "%00"):
        assert (await client.get(f"/avatars/{VERA_ID}/{path}")).status_code == 404
    assert (await client.get("/avatars/nobody/a.png")).status_code == 404
