"""The first domain of CONTRIBUTING.md, typed in as it stands: every file, change and command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.walk import ROOT, copy_of_the_repository, steps, take

SECTION = "Your first domain"


@pytest.mark.heavy
def test_the_first_domain_can_be_typed_in_and_works(tmp_path: Path) -> None:
    place = copy_of_the_repository(tmp_path)
    for step in steps((ROOT / "CONTRIBUTING.md").read_text(), SECTION):
        take(step, place)
