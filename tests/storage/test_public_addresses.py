"""Addresses of the installation: the former ones are known, and certificates follow the present."""

from __future__ import annotations

import pytest

from storage import public_addresses
from storage.postgres import Database
from storage.public_addresses import MAX_FORMER, PostgresPublicAddresses
from tests.actors.certificates.office import SITE, Office
from tests.storage.records.school import NOW

NEW = "https://new.example"


async def test_certificates_are_found_at_the_present_address(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_addresses, "BATCH", 2)
    office = Office(database)
    numbers = [(await office.issue(await office.completed(title=f"T{n}"))).number for n in range(5)]
    addresses = PostgresPublicAddresses(database)
    await addresses.move_to(SITE, NOW)
    await addresses.move_to(NEW, NOW + 1)
    rows = await office.school.rows(
        "select certificate_id, verification_url, pdf_url from certificates"
    )
    expected = {(n, f"{NEW}/certificates/{n}", f"{NEW}/certificates/{n}.pdf") for n in numbers}
    assert {tuple(row) for row in rows} == expected
    view = await office.records.to_render(numbers[0])
    assert view is not None
    assert view.verification_url == f"{NEW}/certificates/{numbers[0]}"
    assert await addresses.former(NEW) == [SITE]


async def test_former_addresses_are_known_the_one_used_last_first_and_not_without_end(
    database: Database,
) -> None:
    addresses = PostgresPublicAddresses(database)
    assert await addresses.former(NEW) == []
    for n in range(MAX_FORMER + 5):
        await addresses.move_to(f"https://{n}.example", NOW + n)
    await addresses.move_to("https://3.example", NOW + 100)
    await addresses.move_to(NEW, NOW + 200)
    former = await addresses.former(NEW)
    assert len(former) == MAX_FORMER
    assert former[:2] == ["https://3.example", f"https://{MAX_FORMER + 4}.example"]
    assert NEW not in former
