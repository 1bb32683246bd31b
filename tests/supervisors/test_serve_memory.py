"""What a server sets in its interpreter: what the collector looks at, and when threads change."""

from __future__ import annotations

import gc
import sys

from supervisors.interpreter import COLLECT_AFTER, SWITCH_SECONDS, set_up, settle_memory


def test_after_the_start_full_collections_find_nothing_old() -> None:
    before = gc.get_freeze_count()
    try:
        settle_memory()
        assert gc.get_freeze_count() > before
        assert len(gc.get_objects()) < gc.get_freeze_count()
    finally:
        gc.unfreeze()


def test_a_server_collects_rarely_and_changes_threads_often() -> None:
    threshold, interval = gc.get_threshold(), sys.getswitchinterval()
    try:
        set_up()
        assert gc.get_threshold() == COLLECT_AFTER
        assert sys.getswitchinterval() == SWITCH_SECONDS
    finally:
        gc.set_threshold(*threshold)
        sys.setswitchinterval(interval)
