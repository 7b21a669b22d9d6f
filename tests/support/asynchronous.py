"""Coroutines run from tests: in a thread of their own, because the browser of other tests keeps a loop in this one."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

R = TypeVar("R")


def run_coroutine(coroutine: Coroutine[Any, Any, R]) -> R:
    """The result of `coroutine`; raises what it raises."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
