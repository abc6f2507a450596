"""The addresses of our pages -> what answers them."""

from __future__ import annotations

from typing import Any

from datasette_wirefacts.pages.document import document, fact
from datasette_wirefacts.pages.entity import entity
from datasette_wirefacts.pages.extract import extract
from datasette_wirefacts.pages.figures import figures
from datasette_wirefacts.pages.frame import shown
from datasette_wirefacts.pages.overview import overview

ROOT = r"^/(?P<database>[^/]+)/-/wirefacts"


def routes() -> list[tuple[str, Any]]:
    """Patterns and views, as Datasette registers them."""
    return [
        (ROOT + r"/document/(?P<id>[0-9]+)(?P<json>\.json)?$", shown(document)),
        (ROOT + r"(?P<json>\.json)?$", shown(overview)),
        (ROOT + r"/entity/(?P<id>[0-9]+)(?P<json>\.json)?$", shown(entity)),
        (ROOT + r"/figures(?P<json>\.json)?$", shown(figures)),
        (ROOT + r"/extract/(?P<table>[^/]+?)(?P<json>\.json)?$", extract),
        (ROOT + r"/(?P<table>quotes|figures|mentions|roles)/(?P<id>[0-9]+)$", shown(fact)),
    ]
