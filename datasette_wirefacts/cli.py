"""The command line: `datasette wirefacts …`. Each command opens what it is given, calls one function, and prints."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click


@click.group()
def wirefacts() -> None:
    """Quotes, figures and entities from news dispatches"""


@wirefacts.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--engine", type=click.Choice(["full", "fast"]), default="full", show_default=True)
def facts(files: tuple[Path, ...], engine: str) -> None:
    """Print the facts of texts as JSON, one line a text

    FILES ending in .jsonl hold an object a line; any other file is one text. Without FILES, JSON lines come on standard input.
    """
    from datasette_wirefacts.pipeline import make_pipeline
    from datasette_wirefacts.rows import facts_json

    pipeline = make_pipeline(engine)
    for item in _items(files):
        found = pipeline.extract(item["text"], **{k: item.get(k) for k in ("language", "published", "title")})
        click.echo(json.dumps(facts_json(found, item.get("id")), ensure_ascii=False))


def _items(files: tuple[Path, ...]) -> Iterator[dict[str, Any]]:
    if not files:
        yield from map(json.loads, sys.stdin)
    for path in files:
        if path.suffix == ".jsonl":
            yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())
        else:
            yield {"id": path.name, "text": path.read_text(encoding="utf-8")}
