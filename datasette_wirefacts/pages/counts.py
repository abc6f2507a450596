"""Numbers over whole tables, counted once for each state of a file and remembered."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from datasette_wirefacts.metadata import file_state
from datasette_wirefacts.pages.frame import Page

T = TypeVar("T")
QUICK = 0.2  # seconds that a reader waits for new numbers; if they take longer, he sees those of before, and the next one the new
PATIENCE = 20  # while a file changes all the time, numbers may be older than their counting took, so many times


@dataclass(slots=True)
class _Counted:
    """What was counted, in which state of the file, when (monotonic seconds), how long that took, and who counts anew."""

    value: Any = None
    state: Any = None
    at: float = 0.0
    seconds: float = 0.0
    task: asyncio.Task[None] | None = None


@lru_cache(maxsize=256)
def _counted(path: str, immutable: bool, name: str) -> _Counted:
    """What we remember of a file."""
    return _Counted()


async def remembered(page: Page, name: str, count: Callable[[sqlite3.Connection], T]) -> T:
    """What ``count`` finds in the database, from memory where the file is as it was."""
    known = _counted(str(page.database.path), not page.database.is_mutable, name)
    if known.state is None or (known.state != file_state(page.database) and known.seconds <= QUICK):
        await _count(page, known, count)
    elif known.state != file_state(page.database) and _is_due(known):
        known.task = asyncio.get_running_loop().create_task(_count(page, known, count))
    return known.value  # type: ignore[no-any-return]


def _is_due(known: _Counted) -> bool:
    counting = known.task is not None and not known.task.done()
    return not counting and time.monotonic() - known.at > PATIENCE * known.seconds


async def _count(page: Page, known: _Counted, count: Callable[[sqlite3.Connection], Any]) -> None:
    state, began = file_state(page.database), time.monotonic()
    value = await page.database.execute_fn(count)
    known.value, known.state, known.at, known.seconds = value, state, time.monotonic(), time.monotonic() - began


def dicts(connection: sqlite3.Connection, sql: str, values: Any = ()) -> list[dict[str, Any]]:
    """The rows of a query, as dicts."""
    cursor = connection.execute(sql, values)
    names = [name for name, *_ in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
