"""Who asks: the access token of the Authorization header, judged by the real tokens."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jwt
from hypothesis import given
from hypothesis import strategies as st

from protocol.courses.commands import PublishCourse
from protocol.courses.events import CoursePublished
from protocol.selection import Viewer
from storage.tokens import JwtTokens, TokenSettings
from tests.gateway.graphql.harness import NOW, Response, Service

SECRET = b"a secret of thirty-two bytes, or more"
ISSUER = "https://school.example"
CLOCK = SimpleNamespace(now=lambda: NOW)
ME = "{ me { id } }"
PUBLISH = 'mutation { publishCourse(id: "c") { id } }'
IDS = st.uuids().map(str)
ROLES = st.sampled_from(["student", "educator", "admin"])
LIVES = st.integers(NOW // 1000 + 1, NOW // 1000 + 900)
ENDED = st.integers(NOW // 1000 - 10**6, NOW // 1000)


def claims(user_id: str, role: str, exp: int, **more: Any) -> dict[str, Any]:
    said = {"iss": ISSUER, "aud": "access", "sub": user_id, "email": "v@school.example"}
    session = {"role": role, "name": "Vera", "sid": "s", "jti": "j", "began": NOW - 5}
    return {**said, **session, "iat": NOW // 1000 - 900, "exp": exp, **more}


def signed(payload: dict[str, Any], key: bytes = SECRET, algorithm: str = "HS256") -> str:
    return jwt.encode(payload, key, algorithm=algorithm)


class Desk:
    """The endpoint with real tokens."""

    def __init__(self) -> None:
        tokens = JwtTokens(TokenSettings(secret=SECRET, issuer=ISSUER), None, CLOCK)  # type: ignore[arg-type]
        self.service = Service(tokens=tokens)
        self.service.post.replies[PublishCourse] = CoursePublished(course_id="c")
        self.service.fake_reads.answers = {"me": b'{"id":"x"}', "course": b'{"id":"c"}'}

    async def ask(self, document: str, authorization: str) -> Response:
        return await self.service.ask(
            document, headers={b"authorization": authorization.encode("latin-1")}
        )

    @property
    def untouched(self) -> bool:
        """Whether neither storage nor an actor has heard of it."""
        return not self.service.fake_reads.executed and not self.service.post.sent


@given(user_id=IDS, role=ROLES, exp=LIVES, scheme=st.sampled_from(["Bearer", "bearer", "BEARER"]))
async def test_a_good_token_speaks_for_its_user_in_reads_and_commands(
    user_id: str, role: str, exp: int, scheme: str
) -> None:
    """Property 71: GraphQL authentication

    Validates: Requirements 21.7
    """
    desk, authorization = Desk(), f"{scheme} {signed(claims(user_id, role, exp))}"
    assert (await desk.ask(ME, authorization)).data == {"me": {"id": "x"}}
    [(_, viewer)] = desk.service.fake_reads.executed
    assert viewer == Viewer(user_id=user_id, role=role)
    assert not (await desk.ask(PUBLISH, authorization)).codes
    [command] = desk.service.post.commands
    assert command == PublishCourse(by=user_id, by_role=role, course_id="c")
    assert desk.service.fake_reads.executed[-1][1] == viewer


@st.composite
def bad_tokens(draw: st.DrawFn) -> tuple[str, str]:
    """A token that is no good, and why."""
    payload = claims(draw(IDS), draw(ROLES), draw(LIVES))
    good = signed(payload)
    place = draw(st.integers(0, len(good) - 2))  # the last character has bits that do not count
    other = draw(st.sampled_from([each for each in "AQgw.-" if each != good[place]]))
    stronger = signed({**payload, "role": "admin", "sub": "somebody else"})
    head, _, signature = good.split(".")
    return draw(
        st.sampled_from(
            [
                (signed({**payload, "exp": draw(ENDED)}), "expired"),
                (good[:place] + other + good[place + 1 :], "invalid"),
                (f"{head}.{stronger.split('.')[1]}.{signature}", "invalid"),
                (signed({**payload, "aud": "refresh"}), "invalid"),
                (signed({**payload, "aud": "other"}), "invalid"),
                (signed({**payload, "iss": "https://elsewhere.example"}), "invalid"),
                (signed(payload, b"another secret of thirty-two bytes"), "invalid"),
                (signed(payload, algorithm="HS512", key=SECRET * 2), "invalid"),
                (jwt.encode(payload, "", algorithm="none"), "invalid"),
                (
                    signed({name: each for name, each in payload.items() if name != "sub"}),
                    "invalid",
                ),
                (draw(st.text("abc.=-_", min_size=1, max_size=20)), "invalid"),
            ]
        )
    )


@given(bad=bad_tokens(), document=st.sampled_from([ME, PUBLISH, "{ __typename }"]))
async def test_a_token_that_is_no_good_is_refused_and_nothing_is_executed(
    bad: tuple[str, str], document: str
) -> None:
    """Property 71: GraphQL authentication

    Validates: Requirements 21.7
    """
    token, reason = bad
    desk = Desk()
    response = await desk.ask(document, f"Bearer {token}")
    assert (response.status, response.codes) == (401, ["AUTHENTICATION_ERROR"])
    assert response.json["errors"][0]["extensions"]["details"] == {"reason": reason}
    assert desk.untouched


@given(
    user_id=IDS,
    scheme=st.sampled_from(["Basic", "Token", "JWT", "Bearer\t", "X-Bearer", "Bearers", ""]),
    document=st.sampled_from([ME, PUBLISH]),
)
async def test_what_comes_by_another_scheme_is_nobodys(
    user_id: str, scheme: str, document: str
) -> None:
    desk = Desk()
    token = signed(claims(user_id, "admin", NOW // 1000 + 900))
    response = await desk.ask(document, f"{scheme} {token}".strip())
    assert response.codes == ["AUTHENTICATION_ERROR"]
    assert desk.untouched
