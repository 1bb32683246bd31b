"""One suite for uploads in parts, wherever they go."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.errors import AuthenticationError, NotFoundError
from protocol.uploads import LINK_SECONDS, MAX_PARTS, MAX_READ, PART_BYTES, StoredPart, sizes_of
from storage.objects.bucket import Bucket
from storage.objects.s3 import S3Objects, open_s3
from tests.support.profiles import share
from tests.support.upload_places import FolderPlace, Place, S3Place

KEY = "resources/aaaa-bbbb"
TYPE = "application/pdf"
SMALL = 5 * 1024 * 1024
"""The least that S3 takes as a part that is not the last."""
SIZES = (SMALL, SMALL, 7)
REFUSED = 400
"""Or more. S3 says 404; moto, which stands in for it, says 500."""
PARTS = tuple(bytes([65 + number]) * size for number, size in enumerate(SIZES))


@pytest.fixture(params=["folder", "s3"])
def place(request: Any, tmp_path: Path) -> Place:
    if request.param == "folder":
        return FolderPlace(tmp_path)
    return S3Place(request.getfixturevalue("s3_server"))


async def send_part(
    place: Place, objects: Any, upload: str, number: int, data: bytes, *, key: str = KEY
) -> str:
    """Send a part through a link of its own; returns the link."""
    link = await objects.part_link(key, upload, number, size=len(data), seconds=LINK_SECONDS)
    assert link.headers == {}
    assert await place.send(link.url, data) in (200, 204)
    url: str = link.url
    return url


async def content(objects: Any, key: str, size: int) -> bytes:
    pieces = [await objects.read(key, start, MAX_READ) for start in range(0, size, MAX_READ)]
    return b"".join(pieces)


async def test_parts_come_in_any_order_and_repeatedly(place: Place) -> None:
    async with place.client() as objects:
        upload = await objects.begin(KEY, content_type=TYPE)
        assert list(await objects.parts(KEY, upload)) == []
        for number in (3, 1, 2, 1):
            await send_part(place, objects, upload, number, PARTS[number - 1])
        assert list(await objects.parts(KEY, upload)) == [
            StoredPart(number=number, size=size) for number, size in enumerate(SIZES, start=1)
        ]
        assert await objects.size(KEY) is None
        assert await objects.join(KEY, upload, SIZES) is True
        assert await objects.size(KEY) == sum(SIZES)
        assert await content(objects, KEY, sum(SIZES)) == b"".join(PARTS)
        facts = await objects.facts(KEY)
        assert facts is not None
        assert facts.content_type == TYPE
        assert list(await objects.parts(KEY, upload)) == []


async def test_another_process_goes_on_with_an_upload(place: Place) -> None:
    async with place.client() as first:
        upload = await first.begin(KEY, content_type=TYPE)
        await send_part(place, first, upload, 2, PARTS[2])
    async with place.client() as second:
        assert list(await second.parts(KEY, upload)) == [StoredPart(number=2, size=7)]
        await send_part(place, second, upload, 1, PARTS[0])
    async with place.client() as third:
        assert await third.join(KEY, upload, (SMALL, 7))
        assert await content(third, KEY, SMALL + 7) == PARTS[0] + PARTS[2]


async def test_what_was_written_anew_after_the_join_stays_joined(place: Place) -> None:
    async with place.client() as objects:
        upload = await objects.begin(KEY, content_type=TYPE)
        await send_part(place, objects, upload, 1, PARTS[2])
        assert await objects.join(KEY, upload, (7,))
        await objects.put(KEY, b"shorter", TYPE)
        await objects.put(KEY, b"short", TYPE)
        assert await objects.join(KEY, upload, (7,))
        assert await objects.size(KEY) == 5


async def test_it_is_not_joined_while_a_part_is_missing_or_of_another_size(place: Place) -> None:
    async with place.client() as objects:
        upload = await objects.begin(KEY, content_type=TYPE)
        assert await objects.join(KEY, upload, (7,)) is False
        await send_part(place, objects, upload, 2, PARTS[2])
        assert await objects.join(KEY, upload, (SMALL, 7)) is False
        await send_part(place, objects, upload, 1, PARTS[0])
        for sizes in ((SMALL, 8), (SMALL - 1, 7), (SMALL, 7, 7)):
            assert await objects.join(KEY, upload, sizes) is False
        assert await objects.size(KEY) is None
        assert [part.number for part in await objects.parts(KEY, upload)] == [1, 2]
        assert await objects.join(KEY, upload, (SMALL, 7)) is True


async def test_to_join_once_more_changes_nothing(place: Place) -> None:
    async with place.client() as objects:
        upload = await objects.begin(KEY, content_type=TYPE)
        await send_part(place, objects, upload, 1, b"content")
        for _ in range(2):
            assert await objects.join(KEY, upload, (7,)) is True
            assert await objects.read(KEY, 0, 10) == b"content"
        await objects.abandon(KEY, upload)
        assert await objects.read(KEY, 0, 10) == b"content"


async def test_two_that_join_at_once_make_one_object(place: Place) -> None:
    answers: list[bool] = []
    async with place.client() as objects, place.client() as others:
        upload = await objects.begin(KEY, content_type=TYPE)
        await send_part(place, objects, upload, 1, PARTS[0])

        async def join(client: Any) -> None:
            answers.append(await client.join(KEY, upload, (SMALL,)))

        async with trio.open_nursery() as nursery:
            for client in (objects, others) * 2:
                nursery.start_soon(join, client)
        assert answers == [True] * 4
        assert await content(objects, KEY, SMALL) == PARTS[0]


async def test_after_the_join_a_link_changes_nothing(place: Place) -> None:
    async with place.client() as objects:
        upload = await objects.begin(KEY, content_type=TYPE)
        url = await send_part(place, objects, upload, 1, b"content")
        assert await objects.join(KEY, upload, (7,))
        assert await place.send(url, b"another") >= REFUSED
        assert await objects.read(KEY, 0, 10) == b"content"
        assert list(await objects.parts(KEY, upload)) == []


async def test_what_was_abandoned_is_gone(place: Place) -> None:
    async with place.client() as objects:
        upload = await objects.begin(KEY, content_type=TYPE)
        url = await send_part(place, objects, upload, 1, b"content")
        for _ in range(2):
            await objects.abandon(KEY, upload)
            assert list(await objects.parts(KEY, upload)) == []
            assert await objects.join(KEY, upload, (7,)) is False
        assert await place.send(url, b"content") >= REFUSED
        assert await objects.size(KEY) is None


@pytest.mark.parametrize("upload", ["unknown", "../aaaa", "0" * 32, "a/b", "none"])
async def test_an_unknown_upload_has_nothing(place: Place, upload: str) -> None:
    async with place.client() as objects:
        assert list(await objects.parts(KEY, upload)) == []
        assert await objects.join(KEY, upload, (7,)) is False
        await objects.abandon(KEY, upload)
        link = await objects.part_link(KEY, upload, 1, size=7, seconds=60)
        assert await place.send(link.url, b"content") >= REFUSED


@pytest.mark.parametrize(
    ("number", "size", "seconds"),
    [
        (0, 1, 60),
        (MAX_PARTS + 1, 1, 60),
        (1, 0, 60),
        (1, PART_BYTES + 1, 60),
        (1, 1, 0),
        (1, 1, LINK_SECONDS + 1),
    ],
)
async def test_a_link_of_a_part_has_bounds(
    place: Place, number: int, size: int, seconds: int
) -> None:
    async with place.client() as objects:
        upload = await objects.begin(KEY, content_type=TYPE)
        with pytest.raises(ValueError, match=r"no part|a link"):
            await objects.part_link(KEY, upload, number, size=size, seconds=seconds)
        with pytest.raises(ValueError, match="no content type"):
            await objects.begin(KEY, content_type="text")
        for call in (
            objects.begin("../a", content_type=TYPE),
            objects.part_link("../a", upload, 1, size=1, seconds=1),
            objects.parts("../a", upload),
            objects.join("../a", upload, (1,)),
            objects.abandon("../a", upload),
            objects.size("../a"),
            objects.read("../a", 0, 1),
        ):
            with pytest.raises(ValueError, match="no key"):
                await call


@settings(max_examples=share(0.05))
@given(
    data=st.binary(max_size=400),
    pieces=st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), max_size=5),
)
async def test_any_piece_is_what_a_slice_would_be(
    data: bytes, pieces: list[tuple[int, int]], s3_server: str, tmp_path_factory: Any
) -> None:
    for place in (FolderPlace(tmp_path_factory.mktemp("objects")), S3Place(s3_server)):
        async with place.client() as objects:
            await objects.put(KEY, data, TYPE)
            for start, length in pieces:
                assert await objects.read(KEY, start, length) == data[start : start + length]


async def test_what_is_not_there_cannot_be_read(place: Place) -> None:
    async with place.client() as objects:
        for length in (0, 1):
            with pytest.raises(NotFoundError):
                await objects.read(KEY, 0, length)
        for start, length in ((-1, 1), (0, -1), (0, MAX_READ + 1)):
            with pytest.raises(ValueError, match="no piece"):
                await objects.read(KEY, start, length)


@given(st.integers(-5, 5 * PART_BYTES))
def test_a_file_is_of_equal_parts_but_for_the_last(size: int) -> None:
    if size <= 0:
        with pytest.raises(ValueError, match="no upload"):
            sizes_of(size)
        return
    sizes = sizes_of(size)
    assert sum(sizes) == size
    assert set(sizes[:-1]) <= {PART_BYTES}
    assert 0 < sizes[-1] <= PART_BYTES


# --- the folder's own -----------------------------------------------------------------------------


async def test_an_upload_belongs_to_its_key(tmp_path: Path) -> None:
    place = FolderPlace(tmp_path)  # S3 checks it as well, moto does not
    async with place.client() as objects:
        upload = await objects.begin(KEY, content_type=TYPE)
        await send_part(place, objects, upload, 1, b"content")
        other = "resources/other"
        link = await objects.part_link(other, upload, 1, size=7, seconds=60)
        assert await place.send(link.url, b"another") == 404
        assert list(await objects.parts(other, upload)) == []
        assert await objects.join(other, upload, (7,)) is False
        await objects.abandon(other, upload)
        assert await objects.join(KEY, upload, (7,)) is True


async def test_a_link_of_a_part_ends_in_time(tmp_path: Path) -> None:
    place = FolderPlace(tmp_path)
    async with place.client() as objects:
        upload = await objects.begin(KEY, content_type=TYPE)
        link = await objects.part_link(KEY, upload, 1, size=7, seconds=LINK_SECONDS)
        place.clock.at += LINK_SECONDS * 1000 - 1
        assert await place.send(link.url, b"content") == 204
        place.clock.at += 1
        assert await place.send(link.url, b"content") == 401


async def test_a_link_to_download_takes_nothing_and_one_to_send_gives_nothing(
    tmp_path: Path,
) -> None:
    place = FolderPlace(tmp_path)
    async with place.client() as objects:
        await objects.put(KEY, b"content", TYPE)
        upload = await objects.begin(KEY, content_type=TYPE)
        sends = await objects.part_link(KEY, upload, 1, size=7, seconds=60)
        gives = await objects.link(KEY, seconds=60, filename="a")
        assert await place.send(gives, b"content") == 401
        with pytest.raises(AuthenticationError):
            async with objects.open_link(sends.url.rpartition("/")[2]):
                pass


# --- the bucket's own -----------------------------------------------------------------------------


async def test_a_presigned_link_binds_the_length_and_ends_in_an_hour(s3_server: str) -> None:
    async with S3Place(s3_server).client() as objects:
        upload = await objects.begin(KEY, content_type=TYPE)
        link = await objects.part_link(KEY, upload, 2, size=77, seconds=LINK_SECONDS)
        longer = await objects.part_link(KEY, upload, 2, size=78, seconds=LINK_SECONDS)
    said = parse_qs(urlsplit(link.url).query)
    assert said["X-Amz-Expires"] == ["3600"]
    assert said["X-Amz-SignedHeaders"] == ["content-length;host"]
    assert (said["partNumber"], said["uploadId"]) == (["2"], [upload])
    assert said["X-Amz-Signature"] != parse_qs(urlsplit(longer.url).query)["X-Amz-Signature"]


async def test_an_upload_asks_for_no_checksum_that_browsers_do_not_send(s3_server: str) -> None:
    asked: dict[str, Any] = {}
    async with S3Place(s3_server).client() as objects:
        events = objects._client.meta.events
        events.register(
            "before-send.s3.CreateMultipartUpload",
            lambda request, **_: asked.update(request.headers),
        )
        await objects.begin(KEY, content_type=TYPE)
    assert asked["Content-Type"] in (TYPE, TYPE.encode())
    assert not [name for name in asked if "checksum" in name.lower()]


async def test_the_parts_of_many_answers_are_all_found(
    s3_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(S3Objects, "page", 2)
    place = S3Place(s3_server)
    async with place.client() as objects:
        upload = await objects.begin(KEY, content_type=TYPE)
        for number in (5, 4, 3, 2, 1):
            await send_part(place, objects, upload, number, b"x" * number)
        found = [(part.number, part.size) for part in await objects.parts(KEY, upload)]
        assert found == [(number, number) for number in (1, 2, 3, 4, 5)]


@pytest.mark.parametrize(
    ("name", "region", "endpoint"),
    [
        ("stoa-files", "us-east-1", None),
        ("stoa-files", "eu-central-1", None),
        ("files.school.example", "eu-central-1", None),
        ("stoa-files", "us-east-1", "https://storage.example:9000/"),
    ],
)
async def test_pages_may_reach_where_the_links_lead(
    name: str, region: str, endpoint: str | None
) -> None:
    bucket = Bucket(
        name=name, region=region, endpoint=endpoint, access_key="key", secret_key="secret"
    )
    async with open_s3(bucket) as objects:
        sends = (await objects.part_link(KEY, "upload", 1, size=1, seconds=60)).url
        gives = await objects.link(KEY, seconds=60, filename="a")
    for url in (sends, gives):
        split = urlsplit(url)
        assert f"{split.scheme}://{split.netloc}" in bucket.origins()
