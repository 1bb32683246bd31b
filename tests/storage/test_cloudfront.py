"""Signed URLs of CloudFront, against Amazon's published example, its library, and a verifier."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.signers import CloudFrontSigner as AmazonsSigner
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import assume, given
from hypothesis import strategies as st

from protocol.objects import MAX_LINK_SECONDS
from storage.objects.bucket import Distribution
from storage.objects.cloudfront import (
    CloudFrontLinks,
    CloudFrontSigner,
    KeyProblem,
    canned_policy,
    custom_policy,
    encoded,
    load_key,
)
from tests.support.cloudfront import KEY_ID, allows, decoded, key_file, pem_of, private_key
from tests.support.fakes import NOW, SetClock

SITE = "https://d111111abcdef8.cloudfront.net"
PATHS = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}(/[a-z0-9][a-z0-9._-]{0,20}){0,3}", fullmatch=True)
QUERIES = st.from_regex(
    r"([a-z]{1,5}=[A-Za-z0-9%._-]{0,9}(&[a-z]{1,5}=[A-Z0-9]{0,9})?)?", fullmatch=True
)
ENDS = st.integers(1, 2**33)

PUBLISHED_URL = "http://d604721fxaaqy9.cloudfront.net/horizon.jpg?large=yes&license=yes"
PUBLISHED_ENDS = 1258237200
PUBLISHED_SIGNATURE = (
    "Nql641NHEUkUaXQHZINK1FZ~SYeUSoBJMxjdgqrzIdzV2gyEXPDNv0pYdWJkflDKJ3xIu7lbwRpSkG98NBlgPi4ZJpRR"
    "nVX4kXAJK6tdNx6FucDB7OVqzcxkxHsGFd8VCG1BkC-Afh9~lOCMIYHIaiOB6~5jt9w2EOwi6sIIqrg_"
)
PUBLISHED_KEY = rsa.RSAPublicNumbers(
    65537,
    int(
        "c0ee48bd808fe5472808a0e8d5d72ca6831e8560597327ecf501331a2e8e7b9cbe7b01abd685bebc"
        "1d863c100d06254f7141d315687068805dde8825985d251909633ff8ce7e65c750ada45149cb9c9a"
        "7ea0e04bd8d8ae16da9c5ba87f2f9948a43f18abe3511e04f2e330eccabdbcf3432f5eff3cc84154"
        "44292a7fef2d66cb",
        16,
    ),
).public_key()
"""Of the example in Amazon's documentation, which libraries have been tested with since."""


def signer() -> CloudFrontSigner:
    return CloudFrontSigner(KEY_ID, private_key())


def links(folder: Path, clock: SetClock) -> CloudFrontLinks:
    distribution = Distribution(url=SITE, key_id=KEY_ID, key=key_file(folder))
    return CloudFrontLinks(distribution, clock)


def amazons() -> AmazonsSigner:
    return AmazonsSigner(
        KEY_ID, lambda message: private_key().sign(message, padding.PKCS1v15(), SHA1())
    )


def test_the_published_signature_is_of_our_policy() -> None:
    policy = canned_policy(PUBLISHED_URL, PUBLISHED_ENDS)
    signature = decoded(PUBLISHED_SIGNATURE)
    assert encoded(signature) == PUBLISHED_SIGNATURE
    PUBLISHED_KEY.verify(signature, policy.encode(), padding.PKCS1v15(), SHA1())


@given(path=PATHS, query=QUERIES, ends=ENDS)
def test_urls_are_those_of_amazons_library(path: str, query: str, ends: int) -> None:
    url = f"{SITE}/{path}{'?' if query else ''}{query}"
    moment = datetime.fromtimestamp(ends, UTC)
    expected = amazons().generate_presigned_url(url, date_less_than=moment)
    assert signer().url(url, ends=ends) == expected
    policy = amazons().build_policy(url, moment, moment, "192.0.2.0/24")
    ours = custom_policy(url, ends=ends, begins=ends, network="192.0.2.0/24")
    assert ours == policy
    assert signer().url_by(url, ours) == amazons().generate_presigned_url(url, policy=policy)


@given(path=PATHS, query=QUERIES, ends=ENDS)
def test_a_url_is_good_until_its_end(path: str, query: str, ends: int) -> None:
    url = f"{SITE}/{path}{'?' if query else ''}{query}"
    signed = signer().url(url, ends=ends)
    assert allows(signed, ends - 1)
    assert not allows(signed, ends)
    assert not allows(signed.replace(KEY_ID, "K000000000000"), ends - 1)
    by_policy = signer().url_by(url, custom_policy(f"{SITE}/*", ends=ends, begins=ends - 1))
    assert [allows(by_policy, ends + step) for step in (-2, -1, 0)] == [False, True, False]


@given(data=st.data(), ends=st.integers(10**9, 2**33))
def test_a_url_with_any_other_byte_is_refused(data: st.DataObject, ends: int) -> None:
    signed = signer().url(f"{SITE}/videos/a/v0.mp4?response-cache-control=private", ends=ends)
    place = data.draw(st.integers(len(SITE) + 1, len(signed) - 1))
    other = data.draw(st.sampled_from("abcXYZ0189-_~.%&=/"))
    assume(signed[place] != other)
    assert allows(signed, ends - 1)
    changed = signed[:place] + other + signed[place + 1 :]
    if decoded_alike(changed, signed):
        return
    assert not allows(changed, ends - 1)


def decoded_alike(changed: str, signed: str) -> bool:
    """Whether only bits of the signature's base64 differ that mean nothing."""
    one, two = (
        parse_qs(urlsplit(url).query).get("Signature", [""])[0] for url in (changed, signed)
    )
    if changed.replace(one, "") != signed.replace(two, "") or len(one) != len(two):
        return False
    try:
        return decoded(one) == decoded(two)
    except ValueError:
        return False


@given(seconds=st.integers(1, MAX_LINK_SECONDS), now=st.integers(0, 2 * NOW))
def test_a_link_ends_when_it_was_to(tmp_path_factory: object, seconds: int, now: int) -> None:
    folder = tmp_path_factory.mktemp("key")  # type: ignore[attr-defined]
    made = links(folder, SetClock(now)).link("a/b.pdf", {"response-cache-control": "x"}, seconds)
    ends = int(parse_qs(urlsplit(made).query)["Expires"][0])
    assert ends == now // 1000 + seconds
    assert allows(made, ends - 1)
    assert not allows(made, ends)


def test_a_link_says_how_the_file_is_to_be_given(tmp_path: Path) -> None:
    said = {"response-content-disposition": "attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe.pdf"}
    made = links(tmp_path, SetClock()).link("a/b.pdf", said, 60)
    split = urlsplit(made)
    assert (split.scheme, split.netloc, split.path) == (*SITE.split("://"), "/a/b.pdf")
    assert parse_qs(split.query)["response-content-disposition"] == [
        "attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe.pdf"
    ]


def test_cookies_open_what_their_policy_names() -> None:
    policy = custom_policy(f"{SITE}/videos/a/*", ends=2_000)
    cookies = signer().cookies(policy)
    assert cookies["CloudFront-Key-Pair-Id"] == KEY_ID
    assert decoded(cookies["CloudFront-Policy"]) == policy.encode()
    private_key().public_key().verify(
        decoded(cookies["CloudFront-Signature"]), policy.encode(), padding.PKCS1v15(), SHA1()
    )


@given(data=st.binary(max_size=40))
def test_the_encoding_needs_no_escapes_and_is_read_back(data: bytes) -> None:
    text = encoded(data)
    assert not set(text) & set("+=/&%")
    assert decoded(text) == data
    assert len(text) == len(base64.b64encode(data))


def test_a_key_is_read_in_both_forms(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    for form in (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL):
        path.write_bytes(private_key().private_bytes(Encoding.PEM, form, NoEncryption()))
        assert load_key(path).key_size == 2048


@pytest.mark.parametrize("what", ["nothing", "folder", "text", "public", "short", "ed", "locked"])
def test_a_file_without_a_key_says_what_is_wrong(tmp_path: Path, what: str) -> None:
    path, key = tmp_path / "key.pem", private_key()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    locked = BestAvailableEncryption(b"hush")
    contents = {
        "text": b"-----BEGIN hush",
        "public": public,
        "short": pem_of(private_key(1024)),
        "ed": ed25519.Ed25519PrivateKey.generate().private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        ),
        "locked": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked),
    }
    if what == "folder":
        path.mkdir()
    elif what != "nothing":
        path.write_bytes(contents[what])
    with pytest.raises(KeyProblem) as problem:
        load_key(path)
    said = {"nothing": "read", "folder": "read", "text": "PEM", "public": "PEM"}
    said |= {"short": "2048", "ed": "RSA", "locked": "password"}
    assert said[what] in str(problem.value)
    assert "hush" not in str(problem.value)
