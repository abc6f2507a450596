"""The hooks that this plugin offers to other plugins."""

from __future__ import annotations

from typing import Any

from pluggy import HookspecMarker

hookspec = HookspecMarker("datasette")


@hookspec
def register_wirefacts_extractors(datasette: Any) -> Any:
    """Return a list of Extractor instances, or an awaitable function returning that list; no datasette on the command line"""


@hookspec
def register_wirefacts_languages(datasette: Any) -> Any:
    """Return a list of paths of language folders, each named by its BCP 47 tag, or an awaitable function returning that list"""
