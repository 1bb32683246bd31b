"""What is wrong in a setting is said at the start, in a line, and no secret is repeated."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.urls import shown
from supervisors.settings import SettingsError, load_settings

SECRET = "kP3vX9-0qLw7tBz2-nR8sYd5-hM1cGf4"
GOOD: dict[str, tuple[str, ...]] = {
    "STOA_PUBLIC_URL": (
        "https://school.test",
        "https://school.test/",
        "http://10.0.0.1:8000",
        "http://[::1]:8000",
        "https://xn--schler-5ya.test",
    ),
    "STOA_ALLOWED_ORIGINS": (
        "https://a.test,http://localhost:3000",
        "capacitor://localhost",
        "http://[::1]:3000",
        "*",
        "",
    ),
    "STOA_DATABASE_URL": (
        "postgresql://stoa:p%40ss:w@db.test:5432/stoa",
        "postgres://stoa@/stoa?host=/run/postgresql",
        "postgresql://u@a.test:5432,b.test:5433/stoa?target_session_attrs=primary",
        "postgresql://u:p@[fe80::1]:5432/stoa",
        "postgresql://db_1/stoa",
    ),
    "STOA_REDIS_URL": (
        "redis://redis.test",
        "redis://:p%2Fss@redis.test:6379/0",
        "rediss://u:p@redis.test/15",
        "unix:///run/redis.sock?db=1",
        "valkey://redis.test/",
    ),
    "STOA_TRUSTED_PROXIES": ("10.0.0.0/8,192.0.2.7,fd00::/8,fc00::/7", "173.245.48.0/20", ""),
    "STOA_NODE": ("node-1", "Knoten Süd"),
    "STOA_HOST": ("0.0.0.0", "::", "localhost", "stoa.internal"),
    "STOA_SMTP_URL": ("smtp://u:p@mail.test", "smtps://mail.test:465", "smtp://m.test?tls=off"),
    "STOA_CLAMAV_URL": ("tcp://clam.test:3310", "tcp://[::1]", "unix:///run/clamav/clamd.ctl"),
    "STOA_FFMPEG": (sys.executable,),
    "STOA_SECRET": (SECRET, "correct horse battery staple and more", "0123456789abcdef" * 2 + "1"),
}
BAD: dict[str, tuple[str, ...]] = {
    "STOA_PUBLIC_URL": (
        "https://school.test/stoa",
        "https://school.test/?a=b",
        "https://school.test#top",
        "https://school test",
        "https://school.test:70000",
        "https://school.test:0",
        "https://school.test:",
        "https://school.test:http",
        "https://user:pw@school.test",
        "https://",
        "https:///",
        "http://[::1",
        "http://[nothing]:80",
        "school.test",
        "ftp://school.test",
        "https://School.test",
        "https://school.test:443",
        "http://school.test:80/",
        "https://school..test",
        " https://school.test",
        "",
    ),
    "STOA_ALLOWED_ORIGINS": (
        "https://a.test/",
        "https://a.test/page",
        "https://a.test,b.test",
        "https://a.test:99999",
        "https://A.test",
        "https://a.test:443",
        "https://u@a.test",
        "null",
        "https://*.a.test",
    ),
    "STOA_DATABASE_URL": (
        "mysql://db.test/stoa",
        "postgresql://u:hush@hush@db.test/stoa",
        "postgresql://u:hu/sh@db.test/stoa",
        "postgresql://u:hu#sh@db.test/stoa",
        "postgresql://u:hu?sh@db.test/stoa",
        "postgresql://u:hush@db.test:70000/stoa",
        "postgresql://u:hush@db.test:x/stoa",
        "postgresql://u:hush@db.test/sto a",
        "postgresql://u:hush@db.test/a/b",
        "postgresql://u:hush@/stoa",
        "postgresql:stoa",
    ),
    "STOA_REDIS_URL": (
        "redis://:hush@redis.test/abc",
        "redis://:hush@redis.test/0/1",
        "redis://:hush@redis.test/-1",
        "redis://:hush@redis.test:99999/0",
        "redis://:hu@sh@redis.test/0",
        "redis:///0",
        "unix://",
        "unix://run/redis.sock",
        "http://redis.test",
    ),
    "STOA_TRUSTED_PROXIES": (
        "0.0.0.0/0",
        "::/0",
        "128.0.0.0/1",
        "2000::/3",
        "::ffff:10.0.0.0/104",
        "::ffff:10.0.0.1",
        "10.0.0.0/8,0.0.0.0/0",
    ),
    "STOA_NODE": ("", "   ", "a\nb", "n" * 51),
    "STOA_HOST": ("", "0.0.0.0:8000", "http://localhost", "local host"),
    "STOA_OPERATORS_HOST": ("", "localhost:8001"),
    "STOA_PORT": ("", "65536", "-1", "8000.5", "http"),
    "STOA_DRAIN_SECONDS": ("nan", "inf", "-1", ""),
    "STOA_SECRET": ("a" * 40, "abcd" * 20, "changeme" * 5, f"{SECRET}\n", "", "1212121212" * 4),
    "STOA_OPERATORS_TOKEN": ("x" * 40, "short", "tökens-are-sent-in-headers", "with space " * 3),
    "STOA_SMTP_URL": (
        "smtp://u:hush@mail.test:99999",
        "smtp://u:hu/sh@mail.test",
        "smtp://u:hu@sh@mail.test",
        "smtp://mail.test/path",
        "smtp://u:hush@mail.test?starttls=no",
        "mail.test:25",
    ),
    "STOA_CLAMAV_URL": (
        "",
        "clam.test:3310",
        "http://clam.test:3310",
        "tcp://clam.test:99999",
        "tcp://clam.test/path",
        "tcp://u:hush@clam.test",
        "tcp://a.test,b.test",
        "tcp://",
        "unix://",
        "unix://run/clamd.ctl",
        "unix:///run/clamd.ctl?db=1",
    ),
    "STOA_FFMPEG": ("", "ffmpeg", "bin/ffmpeg", "/", __file__, "/no/such/ffmpeg"),
    "STOA_MAIL_FROM": ("", "nobody", "a@b.test\nBcc: c@d.test"),
    "STOA_S3_BUCKET": ("", "a", "my bucket", "s3://bucket", "bucket/path"),
    "STOA_S3_ENDPOINT": ("minio:9000", "http://minio:99999", "http://u:hush@minio", "http://"),
    "STOA_S3_REGION": ("", "us east 1", "https://"),
    "STOA_CLOUDFRONT_URL": (
        *("", "d111.cloudfront.net", "http://d111.cloudfront.net", "https://d111.cloudfront.net/a"),
        *("https://D111.cloudfront.net", "https://u@d111.cloudfront.net", "https://a.test?b=c"),
    ),
    "STOA_CLOUDFRONT_KEY_ID": ("", "k2j", "K2JCJMDEHXQW5F/", "-----BEGIN"),
    "STOA_CLOUDFRONT_KEY": ("", "/nowhere/at/all.pem", "/"),
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in GOOD.items() for value in values]
)
def test_what_is_right_is_taken(name: str, value: str) -> None:
    load_settings({name: value})


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in BAD.items() for value in values]
)
def test_what_is_wrong_is_one_line_that_says_what_is_right(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings({name: value})
    lines = [line for line in refused.value.problems if line.startswith(f"{name}: ")]
    assert len(lines) == 1, refused.value.problems
    assert "expected" in lines[0]
    assert "\n" not in lines[0]
    assert "hush" not in lines[0]
    assert "hu" not in lines[0].removeprefix(name) or "hu" not in value


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings({name: values[0] for name, values in BAD.items()})
    assert {line.partition(":")[0] for line in refused.value.problems} >= set(BAD)


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for path in (file, file / "below"):
        with pytest.raises(SettingsError, match="is a file"):
            load_settings({"STOA_DATA_DIR": str(path)})
    assert load_settings({"STOA_DATA_DIR": str(tmp_path / "new" / "er")}).data_dir.name == "er"


def test_production_does_not_begin_anew_wherever_it_is_started(tmp_path: Path) -> None:
    production = {
        "STOA_MODE": "production",
        "STOA_SECRET": SECRET,
        "STOA_PUBLIC_URL": "https://school.test",
    }
    for more in ({}, {"STOA_DATA_DIR": ".var"}):
        with pytest.raises(SettingsError, match="STOA_DATABASE_URL: required in production"):
            load_settings({**production, **more})
    load_settings({**production, "STOA_DATA_DIR": str(tmp_path)})
    elsewhere = {
        "STOA_DATABASE_URL": "postgresql://stoa@db.test/stoa",
        "STOA_REDIS_URL": "redis://redis.test",
        "STOA_S3_BUCKET": "files",
        "STOA_SMTP_URL": "smtp://mail.test",
    }
    load_settings({**production, **elsewhere})
    for name in ("STOA_REDIS_URL", "STOA_S3_BUCKET", "STOA_SMTP_URL"):
        there = {key: value for key, value in elsewhere.items() if key != name}
        with pytest.raises(SettingsError, match="STOA_DATA_DIR: expected a whole path"):
            load_settings({**production, **there})
        load_settings({**production, **there, "STOA_DATA_DIR": str(tmp_path)})
    with pytest.raises(SettingsError) as refused:
        load_settings({**production, "STOA_DATABASE_URL": "x", "STOA_ALLOWED_ORIGINS": "*"})
    assert [line.partition(":")[0] for line in refused.value.problems] == [
        "STOA_DATABASE_URL",
        "STOA_DATA_DIR",
        "STOA_ALLOWED_ORIGINS",
    ]


PASSWORD = st.text(st.sampled_from("QZ@:/?#%&= ü"), min_size=1, max_size=12).filter(
    lambda text: "Q" in text or "Z" in text
)


@given(PASSWORD, st.sampled_from(["postgresql", "redis"]))
def test_no_password_however_written_is_shown(password: str, scheme: str) -> None:
    url = f"{scheme}://someone:{password}@host.test:1234/0?host=a"
    assert not {"Q", "Z"} & set(shown(url))
    assert "host.test:1234" in shown(url)
    assert not {"Q", "Z"} & set(shown(f"{scheme}://host.test/0?password=QZ%40&ssl=on"))
    name = "STOA_DATABASE_URL" if scheme == "postgresql" else "STOA_REDIS_URL"
    try:
        load_settings({name: url})
    except SettingsError as refused:
        [line] = refused.problems
        assert "Q" not in line.removeprefix(name)
        assert "Z" not in line


def test_what_has_no_password_is_shown_as_it_is() -> None:
    for url in (
        "postgresql://stoa@/test_1?host=/tmp/x",
        "redis://h.test:1/0",
        "unix:///run/r.sock",
    ):
        assert shown(url) == url
    assert shown("postgresql://u:p@h/d") == "postgresql://u:***@h/d"
    assert shown("redis://:p@h/0") == "redis://:***@h/0"
