"""Films for the tests here, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.storage.transcoding.films import Studio


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder: Path = tmp_path_factory.mktemp("films")
    return Studio(folder)
