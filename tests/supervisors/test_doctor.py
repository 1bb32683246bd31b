"""`stoa doctor` tries the mail server and the object storage, and fails with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from moto.server import ThreadedMotoServer

from storage.objects.bucket import Bucket
from storage.objects.s3 import open_s3
from supervisors.cli.doctor import _files, _mail
from supervisors.cli.doctor_cloudfront import examine_distribution
from supervisors.settings import Settings
from tests.support.cloudfront import KEY_ID, distribution, key_file
from tests.support.server import free_port


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=free_port(), verbose=False)
    server.start()
    yield f"http://127.0.0.1:{server.get_host_and_port()[1]}"
    server.stop()


def in_bucket(name: str, endpoint: str, database_url: str) -> Settings:
    return Settings(
        database_url=database_url,
        s3_bucket=name,
        s3_endpoint=endpoint,
        s3_access_key="key",
        s3_secret_key="hush",
    )


async def test_a_bucket_is_written_to_and_left_as_it_was(endpoint: str, database_url: str) -> None:
    settings = in_bucket("there-it-is", endpoint, database_url)
    async with open_s3(
        Bucket(name="there-it-is", endpoint=endpoint, access_key="key", secret_key="hush")
    ) as s3:
        await s3._client.create_bucket(Bucket="there-it-is")
        part, source, where, answer = await _files(settings)
        assert (part, source, answer) == ("files", "configured", "ok")
        assert "there-it-is" in where
        assert "hush" not in where
        listed = await s3._client.list_objects_v2(Bucket="there-it-is")
        assert listed["KeyCount"] == 0


async def test_a_bucket_that_is_not_there_or_does_not_answer_is_no_ok(
    endpoint: str, database_url: str
) -> None:
    *_, answer = await _files(in_bucket("nowhere-to-be-found", endpoint, database_url))
    assert "NoSuchBucket" in answer
    away = f"http://127.0.0.1:{free_port()}"
    *_, answer = await _files(in_bucket("there-it-is", away, database_url))
    assert answer.startswith("The object storage does not answer")


async def test_a_folder_that_cannot_be_written_is_no_ok(tmp_path: Path, database_url: str) -> None:
    settings = Settings(data_dir=tmp_path, database_url=database_url)
    assert (await _files(settings))[-1] == "ok"
    (tmp_path / "objects" / "doctor").rmdir()
    (tmp_path / "objects" / "doctor").write_text("a file")
    assert "cannot be kept" in (await _files(settings))[-1]


async def test_a_mail_server_that_does_not_answer_is_no_ok(tmp_path: Path) -> None:
    assert (await _mail(Settings(data_dir=tmp_path)))[-1] == "ok"
    url = f"smtp://u:hush@127.0.0.1:{free_port()}"
    part, source, where, answer = await _mail(Settings(smtp_url=url))
    assert (part, source) == ("mail", "configured")
    assert answer.startswith("cannot be used: 127.0.0.1: Connection refused")
    assert "hush" not in f"{where} {answer}"


async def test_a_distribution_is_asked_for_a_file_with_and_without_a_link(
    endpoint: str, tmp_path: Path
) -> None:
    settings = in_bucket("behind-it", endpoint, "")
    where = Bucket(name="behind-it", endpoint=endpoint, access_key="key", secret_key="hush")
    async with open_s3(where) as s3:
        await s3._client.create_bucket(Bucket="behind-it")
        assert await examine_distribution(settings) == []

        async def answer(url: str, key_id: str = KEY_ID) -> str:
            keys = {"cloudfront_key_id": key_id, "cloudfront_key": key_file(tmp_path)}
            there = msgspec.structs.replace(settings, cloudfront_url=url, **keys)
            [(part, source, shown, said)] = await examine_distribution(there)
            assert (part, source, shown) == ("CloudFront", "configured", url)
            return said

        with distribution(endpoint, "behind-it") as url:
            assert await answer(url) == "ok"
            assert (await answer(url, "KOTHER00")).startswith("refuses our signature")
        with distribution(endpoint, "behind-it", open_to_all=True) as url:
            assert (await answer(url)).startswith("gives files to everybody")
        with distribution(endpoint, "another-one", open_to_all=True) as url:
            assert (await answer(url)) == "does not give the bucket's files: 404"
        assert (await answer(f"http://127.0.0.1:{free_port()}")).startswith("does not answer")
        assert (await s3._client.list_objects_v2(Bucket="behind-it"))["KeyCount"] == 0
