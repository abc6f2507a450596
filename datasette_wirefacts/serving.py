"""Datasette's configuration and its life -> keepers that begin and end with the server, where it says `auto: true`."""

from __future__ import annotations

import asyncio
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette_wirefacts import _compat

if TYPE_CHECKING:
    from datasette_wirefacts.keepers import Keeper


def kept(datasette: Any, app: Any) -> Any:
    """The application, with a keeper for each of the databases that are to follow by themselves, as long as the server runs."""
    keepers: list[Keeper] = []

    async def keeping(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return

        async def heard() -> Any:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                for keeper in keepers:
                    await asyncio.to_thread(keeper.end)
            return message

        async def said(message: Any) -> None:
            if message["type"] == "lifespan.startup.complete":
                keepers.extend(_keepers(datasette))
                for keeper in keepers:
                    keeper.thread.start()
            await send(message)

        await app(scope, heard, said)

    return keeping


def _keepers(datasette: Any) -> list[Keeper]:
    """One for each database in a file that can be written, and whose configuration asks for it."""
    from datasette_wirefacts.keepers import Keeper

    loop = asyncio.get_running_loop()
    return [
        Keeper(Path(database.path), partial(_compat.write_in_turn, datasette, database, loop), workers)
        for name, database in list(datasette.databases.items())
        if database.path and database.is_mutable and (workers := wanted_workers(datasette, name))
    ]


def check_configuration(datasette: Any) -> None:
    """Raises Datasette's StartupError where `auto` or `workers` is configured as something that it cannot be."""
    for database in datasette.databases:
        wanted_workers(datasette, database)


def wanted_workers(datasette: Any, database: str) -> int:
    """How many processes are to extract for a database; 0: it does not follow by itself. Raises StartupError on nonsense."""
    from datasette.utils import StartupError

    configured = _compat.configuration(datasette, database)
    configured = configured if isinstance(configured, dict) else {}
    auto, workers = configured.get("auto", False), configured.get("workers", max(1, (os.cpu_count() or 1) - 1))
    if not isinstance(auto, bool):
        raise StartupError(f"auto of datasette-wirefacts can be true or false, not {auto!r}: correct the configuration.")
    if not isinstance(workers, int) or workers < 1:
        raise StartupError(f"workers of datasette-wirefacts can be 1 or more, not {workers!r}: correct the configuration.")
    return workers if auto else 0
