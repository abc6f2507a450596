"""Datasette's hooks, each delegating in a line or two; nothing imports this module, and it loads no spaCy."""

from __future__ import annotations

from typing import Any

from datasette import hookimpl

from datasette_wirefacts import hookspecs


def extract(
    text: str, language: str | None = None, published: str | None = None, title: str | None = None, engine: str = "full"
) -> dict[str, Any]:
    """The facts of a text as the JSON object that `datasette wirefacts facts` prints (README, "Facts as JSON")."""
    from datasette_wirefacts.pipeline import make_pipeline
    from datasette_wirefacts.rows import facts_json

    return facts_json(make_pipeline(engine).extract(text, language=language, published=published, title=title))


@hookimpl
def register_wirefacts_extractors(datasette: Any) -> Any:
    from datasette_wirefacts.extractors import built_in

    return built_in()


@hookimpl
def register_commands(cli: Any) -> None:
    from datasette_wirefacts.cli import wirefacts

    cli.add_command(wirefacts)


# Last: where this package is imported before Datasette, this import makes Datasette register it, and its hooks must be there.
from datasette.plugins import pm  # noqa: E402

pm.add_hookspecs(hookspecs)
