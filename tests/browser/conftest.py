"""A Datasette in a process of its own, and Chromium; without Chromium or playwright these tests are skipped, and say so."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette

SECRET = "only for the tests"
CHROMIUM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]


@pytest.fixture(scope="session")
def playwright_api() -> Any:
    if CHROMIUM is None:
        pytest.skip("no Chromium: install Debian's package chromium")
    return pytest.importorskip("playwright.sync_api", reason="no playwright: pip install playwright")


@pytest.fixture
def playwright(playwright_api: Any) -> Iterator[Any]:
    """Started anew for each test: while it runs, it holds the thread's event loop, and tests of other files need that."""
    with playwright_api.sync_playwright() as started:
        yield started


@pytest.fixture
def browser(playwright: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Opens a window; ``actor`` is who looks."""
    opened = []

    def open_window(width: int = 1280, height: int = 900, actor: str | None = None, language: str = "en", **options: Any) -> Any:
        context = playwright.chromium.launch_persistent_context(
            tmp_path / f"profile{len(opened)}",
            executable_path=CHROMIUM,
            args=FLAGS,
            viewport={"width": width, "height": height},
            locale=language,
            **options,
        )
        opened.append(context)
        if actor:
            value = Datasette(secret=SECRET).sign({"a": {"id": actor}}, "actor")
            context.add_cookies([{"name": "ds_actor", "value": value, "domain": "127.0.0.1", "path": "/"}])
        context.set_default_timeout(60_000)  # the machine may be busy
        return context.pages[0] if context.pages else context.new_page()

    yield open_window
    for context in opened:
        context.close()


@pytest.fixture(scope="session")
def served(playwright_api: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """Serves a copy of a database, under its own name, and gives its address."""
    processes = []

    def serve(path: Path, tables: dict[str, Any] | None = None, extra: tuple[str, ...] = ()) -> str:
        folder = tmp_path_factory.mktemp("served")
        shutil.copy(path, folder / path.name)
        configuration = folder / "settings.json"
        configuration.write_text(json.dumps({"databases": {path.stem: {"tables": tables or {}}}}), encoding="utf-8")
        kind = "--config" if hasattr(Datasette, "set_resource_metadata") else "--metadata"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [
            sys.executable,
            "-m",
            "datasette",
            "serve",
            str(folder / path.name),
            kind,
            str(configuration),
            "--port",
            str(port),
        ]
        options = ("--secret", SECRET, "--setting", "suggest_facets", "off", "--setting", "sql_time_limit_ms", "30000", *extra)
        with (folder / "log").open("wb") as log:
            processes.append(subprocess.Popen([*command, *options], stdout=log, stderr=log, env=os.environ | {"NO_COLOR": "1"}))
        address = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                urllib.request.urlopen(address + "/-/versions.json").close()
                return address
            except OSError:
                time.sleep(0.2)
        raise AssertionError((folder / "log").read_text(encoding="utf-8"))

    yield serve
    for process in processes:
        process.terminate()
        process.wait()


@pytest.fixture(scope="session")
def demo(served: Callable[..., str], demo_db: Path) -> str:
    """The address of the demo's database."""
    return served(demo_db) + "/demo"


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility checker's script."""
    path = os.environ.get("AXE_CORE")
    if not path:
        pytest.skip("no axe-core: npm install axe-core, and AXE_CORE=…/axe-core/axe.min.js")
    return Path(path).read_text(encoding="utf-8")
