"""A stand-in for CloudFront: it checks signed URLs as Amazon describes, before a bucket."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from botocore.exceptions import ClientError
from botocore.session import get_session
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

KEY_ID = "K2JCJMDEHXQW5F"
OURS = ("Expires", "Policy", "Signature", "Key-Pair-Id")


@cache
def private_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def pem_of(key: Any) -> bytes:
    data: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return data


def key_file(folder: Path) -> Path:
    path = folder / "cloudfront.pem"
    path.write_bytes(pem_of(private_key()))
    return path


def decoded(text: str) -> bytes:
    return base64.b64decode(text.replace("-", "+").replace("_", "=").replace("~", "/"), None, True)


def allows(url: str, now: int, key: rsa.RSAPublicKey | None = None) -> bool:
    """Whether a signed URL is good at `now`, in seconds: by its canned or its own policy.

    Written from Amazon's documentation, apart from the code that signs.
    """
    base, _, query = url.partition("?")
    pieces = [each.partition("=") for each in query.split("&")]
    given = {name: value for name, _, value in pieces if name in OURS}
    rest = "&".join("".join(each) for each in pieces if each[0] not in OURS)
    resource = f"{base}?{rest}" if rest else base
    try:
        if given["Key-Pair-Id"] != KEY_ID:
            return False
        if "Policy" in given:
            policy = decoded(given["Policy"])
        else:
            policy = (
                b'{"Statement":[{"Resource":"%b","Condition":{"DateLessThan":'
                b'{"AWS:EpochTime":%d}}}]}' % (resource.encode(), int(given["Expires"]))
            )
        public = key or private_key().public_key()
        public.verify(decoded(given["Signature"]), policy, padding.PKCS1v15(), SHA1())
        [statement] = json.loads(policy)["Statement"]
    except (KeyError, ValueError, InvalidSignature):
        return False
    named: str = statement["Resource"]
    fits = resource.startswith(named[:-1]) if named.endswith("*") else named == resource
    condition = statement["Condition"]
    begins = condition.get("DateGreaterThan", {}).get("AWS:EpochTime", 0)
    return fits and begins <= now < condition["DateLessThan"]["AWS:EpochTime"]


@contextmanager
def distribution(endpoint: str, bucket: str, *, open_to_all: bool = False) -> Iterator[str]:
    """One before a bucket of moto's; its address."""
    s3 = get_session().create_client(
        "s3", "us-east-1", endpoint_url=endpoint, aws_access_key_id="k", aws_secret_access_key="s"
    )

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site = f"http://{self.headers['Host']}"
            if not open_to_all and not allows(site + self.path, int(time.time())):
                self.send_error(403)
                return
            split = urlsplit(self.path)
            try:
                body = s3.get_object(Bucket=bucket, Key=split.path[1:])["Body"].read()
            except ClientError as error:
                self.send_error(error.response["ResponseMetadata"]["HTTPStatusCode"])
                return
            self.send_response(200)
            named = parse_qs(split.query).get("response-content-disposition")
            if named:
                self.send_header("Content-Disposition", named[0])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        s3.close()
