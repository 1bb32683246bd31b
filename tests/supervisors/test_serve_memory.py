"""What the start leaves in memory is not looked at again by the collector."""

from __future__ import annotations

import gc

from supervisors.serving import settle_memory


def test_after_the_start_full_collections_find_nothing_old() -> None:
    before = gc.get_freeze_count()
    try:
        settle_memory()
        assert gc.get_freeze_count() > before
        assert len(gc.get_objects()) < gc.get_freeze_count()
    finally:
        gc.unfreeze()
