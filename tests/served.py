"""A real Datasette that keeps a database up to date by itself, and requests to it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import datasette

IS_1_0 = not datasette.__version__.startswith("0.")
AUTO = {"plugins": {"datasette-wirefacts": {"auto": True, "workers": 1}}}


@contextmanager
def serving(path: Path, *options: str, **more: Any) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The server's process and its address, once it answers. It is told to end, unless it has ended."""
    configuration = path.with_name("configuration.json")
    configuration.write_text(json.dumps(AUTO | more))
    file = ["--config" if IS_1_0 else "--metadata", str(configuration)]
    command = [sys.executable, "-m", "datasette", "serve", str(path), "--port", "0", *file, *options]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(folder or os.getcwd() for folder in sys.path)}
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env=environment) as process:
        assert process.stderr is not None
        address = ""
        while not address:
            line = process.stderr.readline()
            assert line, "the server has ended"
            address = (re.findall(r"http://[\d.:]+", line) or [""])[0]
        try:
            yield process, address
        finally:
            process.terminate()
            process.communicate(timeout=60)


def within(seconds: float, holds: Callable[[], bool]) -> None:
    """Waits until it holds; fails where it does not in that time."""
    last = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < last, f"not within {seconds} seconds"
        time.sleep(0.05)


def ask_server(address: str, path: str, body: Any = None, **headers: str) -> Any:
    """The JSON that the server answers."""
    data = None if body is None else json.dumps(body).encode()
    request = Request(address + path, data=data, headers={"Content-Type": "application/json", **headers})
    with urlopen(request, timeout=60) as answer:
        return json.load(answer)
