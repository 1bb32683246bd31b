"""The samples of docs/deployment: a game through each proxy, and what its tools say of the others.

What is not installed is skipped visibly; docs/deployment/README.md names the packages.
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.server import StoaServer, free_port

pytestmark = pytest.mark.heavy

SAMPLES = Path(__file__).parents[2] / "docs" / "deployment"
SECONDS = 30


def program(name: str) -> str:
    """Its path; the test is skipped where it is not installed."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@dataclass
class Site:
    """Where a proxy listens, with which certificate, and before which server."""

    folder: Path
    server: StoaServer
    http: int
    https: int

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.https}"

    @property
    def certificate(self) -> Path:
        return self.folder / "certificate.pem"

    @property
    def key(self) -> Path:
        return self.folder / "key.pem"

    def make_certificate(self) -> None:
        """For 127.0.0.1, signed by itself."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "school.example")])
        now = datetime.now(UTC)
        address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        certificate = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([address]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(key, hashes.SHA256())
        )
        pem = serialization.Encoding.PEM
        self.certificate.write_bytes(certificate.public_bytes(pem))
        self.key.write_bytes(
            key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )


def changed(sample: str, *replacements: tuple[str, str]) -> str:
    """The sample with ports and paths of the test; each replacement must be possible."""
    text = (SAMPLES / sample).read_text()
    for old, new in replacements:
        assert old in text, f"{sample} has no {old}"
        text = text.replace(old, new)
    return text


def nginx(site: Site) -> list[str]:
    """The command that runs nginx in the foreground."""
    virtual_host = changed(
        "nginx.conf",
        ("127.0.0.1:8000", f"127.0.0.1:{site.server.port}"),
        ("    listen [::]:80;\n", ""),
        ("    listen [::]:443 ssl http2;\n", ""),
        ("listen 80;", f"listen 127.0.0.1:{site.http};"),
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{site.https} ssl http2;"),
        ("/etc/ssl/certs/school.example.pem", str(site.certificate)),
        ("/etc/ssl/private/school.example.key", str(site.key)),
    )
    (site.folder / "stoa.conf").write_text(virtual_host)
    temporary = "".join(
        f"{kind}_temp_path {site.folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (site.folder / "nginx.conf").write_text(
        f"daemon off;\npid {site.folder}/pid;\nevents {{ worker_connections 2048; }}\n"
        f"http {{ access_log off;\n{temporary}include {site.folder}/stoa.conf; }}\n"
    )
    log = str(site.folder / "error.log")
    return [program("nginx"), "-e", log, "-c", str(site.folder / "nginx.conf")]


def haproxy(site: Site) -> list[str]:
    """The command that runs HAProxy in the foreground."""
    both = site.folder / "school.example.pem"
    both.write_bytes(site.certificate.read_bytes() + site.key.read_bytes())
    text = changed(
        "haproxy.cfg",
        ("127.0.0.1:8000", f"127.0.0.1:{site.server.port}"),
        ("bind :::80 v4v6", f"bind 127.0.0.1:{site.http}"),
        ("bind :::443 v4v6", f"bind 127.0.0.1:{site.https}"),
        ("/etc/haproxy/school.example.pem", str(both)),
        ("    log /dev/log local0\n", "    log stderr local0\n"),
        ("    user haproxy\n    group haproxy\n", ""),
        ("maxconn 40000", "maxconn 1000"),
    )
    (site.folder / "haproxy.cfg").write_text(text)
    return [program("haproxy"), "-db", "-f", str(site.folder / "haproxy.cfg")]


@contextmanager
def running(command: list[str], site: Site) -> Iterator[None]:
    """The proxy, from when it answers."""
    with (site.folder / "proxy.log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        for _ in range(SECONDS * 20):
            if process.poll() is not None:
                raise AssertionError((site.folder / "proxy.log").read_text())
            try:
                get(site, "/")
                break
            except urllib.error.URLError:
                site.server.process_wait(0.05)
        yield
    finally:
        process.terminate()
        process.wait(SECONDS)


def get(site: Site, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """The answer to a GET through the proxy."""
    trusted = ssl.create_default_context(cafile=str(site.certificate))
    request = urllib.request.Request(site.url + path, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=SECONDS, context=trusted) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    http, https = free_port(), free_port()
    server = StoaServer(
        tmp_path / "data",
        {
            "STOA_TRUSTED_PROXIES": "127.0.0.1",
            "STOA_PUBLIC_URL": f"https://127.0.0.1:{https}",
            "STOA_MAX_CONNECTIONS_PER_ADDRESS": "40",
        },
    )
    folder = tmp_path / "proxy"
    folder.mkdir()
    site = Site(folder, server, http, https)
    site.make_certificate()
    server.start("--demo")
    yield site
    server.kill()


class Unredirected(urllib.request.HTTPRedirectHandler):
    """Leaves a redirection as it is."""

    def redirect_request(self, *_: object) -> None:
        return None


@pytest.mark.parametrize("proxy", [nginx, haproxy])
def test_a_whole_game_is_played_through_the_proxy(
    site: Site, proxy: Callable[[Site], list[str]]
) -> None:
    with running(proxy(site), site):
        status, headers, _ = get(site, "/", **{"Accept-Encoding": "gzip"})
        assert status == 200
        assert headers["content-encoding"] == "gzip"
        assert "strict-transport-security" in headers, "the server knows that it was TLS"
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.build_opener(Unredirected).open(f"http://127.0.0.1:{site.http}/a?b=c")
        assert refused.value.code == 308
        assert refused.value.headers["location"].endswith("/a?b=c")
        refused.value.close()
        played = subprocess.run(
            [
                *(sys.executable, "-m", "supervisors.cli", "simulate", "--url", site.url),
                *("--players", "20", "--questions", "2", "--think", "0.2", "--json"),
            ],
            env=os.environ | {"SSL_CERT_FILE": str(site.certificate)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert played.returncode == 0, played.stdout + played.stderr
        assert int(dict(json.loads(played.stdout))["answers acknowledged"]) > 20, played.stdout
        # Everybody counts by themselves although all come from the proxy, which is one address.
        many = [get(site, "/", **{"X-Forwarded-For": f"192.0.2.{n}"})[0] for n in range(50)]
        assert many == [200] * 50


def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    unit = tmp_path / "stoa.service"
    unit.write_text(changed("stoa.service", ("/opt/stoa/bin/stoa serve", "/bin/true")))
    (tmp_path / "stoa.socket").write_text(changed("stoa.socket"))
    done = subprocess.run(
        [
            program("systemd-analyze"),
            "verify",
            "--man=no",
            str(unit),
            str(tmp_path / "stoa.socket"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    # What other units of the machine are told does not matter here.
    ours = [line for line in done.stderr.splitlines() if "stoa" in line]
    assert ours == [line for line in ours if "notify-reload" in line], done.stderr


def test_a_stop_is_told_to_the_keeper_alone() -> None:
    """By itself systemd sends SIGTERM to the server and to PostgreSQL too: nothing is drained."""
    assert "\nKillMode=mixed\n" in (SAMPLES / "stoa.service").read_text()


def test_no_setting_of_a_sample_has_a_comment_behind_it() -> None:
    """systemd and podman take it as a part of the value, a shell does not."""
    for sample in SAMPLES.iterdir():
        for line in sample.read_text().splitlines():
            assert not re.match(r"STOA_\w+=.*\s#", line), line


def test_the_rules_are_ones_that_prometheus_takes() -> None:
    promtool = program("promtool")
    for command in (["check", "rules", "alerts.yml"], ["test", "rules", "alerts.test.yml"]):
        done = subprocess.run(
            [promtool, *command], cwd=SAMPLES, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_container_gets_all_that_is_installed_and_nothing_else() -> None:
    text = (SAMPLES / "Containerfile").read_text()
    copied = set(re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE))
    names = {name for line in copied for name in line.split()}
    root = SAMPLES.parents[1]
    assert all((root / name).exists() for name in names), names
    packages = re.search(r"^packages = \[(.+)\]$", (root / "pyproject.toml").read_text(), re.M)
    assert packages is not None
    assert set(json.loads(f"[{packages[1]}]")) <= names
