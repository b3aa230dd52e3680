"""The pool of the plugin's process grows, and any other thread is left alone."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from metapixel_provider.dynamic.plugin_process import enlarge_pool


def test_the_pool_of_the_calling_thread_runs_as_many_tasks_at_once() -> None:
    everybody = threading.Barrier(64, timeout=30)
    with ThreadPoolExecutor(4) as pool:
        most = 64 + threading.active_count()
        pool.submit(enlarge_pool, most).result()
        assert threading.active_count() <= most

        tasks = [pool.submit(everybody.wait) for _ in range(64)]

        assert sorted(task.result() for task in tasks) == list(range(64))


def test_outside_of_a_pool_nothing_is_changed() -> None:
    before = threading.active_count()

    enlarge_pool()

    assert threading.active_count() <= before
