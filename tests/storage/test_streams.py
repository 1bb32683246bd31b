"""Links to films: only for their prefix, only from here, and for exactly as long as was asked."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from protocol.errors import AuthenticationError
from protocol.object_links import PATH as OBJECTS_PATH
from protocol.objects import MAX_KEY, check_key
from protocol.streams import MAX_STREAM_SECONDS, PATH, OpenedStream
from protocol.transcoding import FILES, prefix_of
from storage.objects.folder import FolderObjects
from storage.objects.streams import SealedStreams
from storage.seal import JwtSeal
from tests.support.fakes import NOW, SetClock

SECRET = b"a secret of thirty-two bytes, or more"
PREFIX = prefix_of("0b1c7f0e-3d6e-4a53-9d53-4a3f6a0c9d11")
SECONDS = st.integers(1, MAX_STREAM_SECONDS)
ALPHABET = string.ascii_letters + string.digits + "-_.~%/=+é"


def streams(clock: SetClock | None = None) -> SealedStreams:
    clock = clock or SetClock()
    return SealedStreams(JwtSeal(SECRET, clock), clock)


def token_of(link: str) -> str:
    assert link.startswith(PATH)
    assert link.endswith("/")
    token = link.removeprefix(PATH).removesuffix("/")
    assert "/" not in token
    return token


@given(seconds=SECONDS, began=st.integers(0, 2 * NOW), within=st.floats(0, 1, exclude_max=True))
def test_a_link_ends_exactly_when_it_was_to(seconds: int, began: int, within: float) -> None:
    clock = SetClock(began)
    made = streams(clock)
    token = token_of(made.stream_link(PREFIX, seconds=seconds))
    ends = began + seconds * 1000
    for moment in (began, began + int(seconds * 1000 * within), ends - 1):
        clock.at = moment
        assert made.open_stream(token) == OpenedStream(PREFIX, ends)
    for moment in (ends, ends + 1, ends + 1000, ends + 10**12):
        clock.at = moment
        with pytest.raises(AuthenticationError) as refusal:
            made.open_stream(token)
        assert refusal.value.details["reason"] == "expired"


@given(data=st.data())
def test_a_token_with_any_other_byte_is_refused(data: st.DataObject) -> None:
    made = streams()
    token = token_of(made.stream_link(PREFIX, seconds=60))
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from(ALPHABET) | st.characters())
    assume(other != token[place])
    changes = st.sampled_from(("replace", "insert", "remove", "cut"))
    changed = {
        "replace": token[:place] + other + token[place + 1 :],
        "insert": token[:place] + other + token[place:],
        "remove": token[:place] + token[place + 1 :],
        "cut": token[:place],
    }[data.draw(changes)]
    with pytest.raises(AuthenticationError):
        made.open_stream(changed)


@given(first=st.uuids(), second=st.uuids())
def test_a_link_opens_its_own_prefix_alone(first: object, second: object) -> None:
    assume(first != second)
    made = streams()
    tokens = [
        token_of(made.stream_link(prefix_of(str(each)), seconds=60)) for each in (first, second)
    ]
    assert made.open_stream(tokens[0]).prefix == prefix_of(str(first))
    parts = [token.split(".") for token in tokens]
    for mixed in (
        ".".join((parts[0][0], parts[1][1], parts[0][2])),
        ".".join((parts[0][0], parts[0][1], parts[1][2])),
    ):
        with pytest.raises(AuthenticationError):
            made.open_stream(mixed)


async def test_neither_kind_of_link_passes_for_the_other(tmp_path: Path) -> None:
    clock = SetClock()
    seal = JwtSeal(SECRET, clock)
    objects = FolderObjects(tmp_path, seal, clock, site=lambda: "")
    made = SealedStreams(seal, clock)
    link = await objects.link(PREFIX + FILES[0], seconds=60, filename="a")
    with pytest.raises(AuthenticationError):
        made.open_stream(link.removeprefix(OBJECTS_PATH))
    with pytest.raises(AuthenticationError):
        async with objects.open_link(token_of(made.stream_link(PREFIX, seconds=60))):
            raise AssertionError
    elsewhere = SealedStreams(JwtSeal(SECRET[::-1], clock), clock)
    with pytest.raises(AuthenticationError):
        elsewhere.open_stream(token_of(made.stream_link(PREFIX, seconds=60)))


@pytest.mark.parametrize("seconds", [0, -1, MAX_STREAM_SECONDS + 1])
def test_a_link_has_bounds(seconds: int) -> None:
    with pytest.raises(ValueError, match="link"):
        streams().stream_link(PREFIX, seconds=seconds)


@pytest.mark.parametrize(
    "prefix",
    [
        *("", "/", "videos", "videos//", "/videos/", "../", "videos/../", "videos/%2e%2e/"),
        *("Videos/", ".a/", "a b/", "é/", "videos/\n", "a/" * (MAX_KEY // 2)),
    ],
)
def test_a_prefix_that_could_lead_elsewhere_is_a_mistake(prefix: str) -> None:
    with pytest.raises(ValueError, match="no prefix"):
        streams().stream_link(prefix, seconds=60)


@given(prefix=st.text(alphabet="ab./-_%\\\x00~", max_size=12))
def test_every_file_of_a_prefix_is_a_key(prefix: str) -> None:
    try:
        link = streams().stream_link(prefix, seconds=60)
    except ValueError:
        return
    for name in FILES:
        check_key(streams().open_stream(token_of(link)).prefix + name)
