"""A document or an error, with the source that it comes from -> the article's key and the address of its row."""

from __future__ import annotations

import base64
import json
from typing import Any

from datasette.utils import tilde_encode

from datasette_wirefacts.pages.frame import Page, with_query


def article_key(document: dict[str, Any]) -> list[Any]:
    """The values of the article's key, bytes as bytes."""
    values = json.loads(document["source_pk"])
    return [base64.b64decode(value["encoded"]) if isinstance(value, dict) else value for value in values]


def article_url(page: Page, document: dict[str, Any]) -> str | None:
    """The article's row, or the rows of a view with its key; None for a key that no address can hold."""
    table, values = document["source_table"], article_key(document)
    if any(isinstance(value, bytes) or value is None for value in values):
        return None
    if table in page.contents.tables:
        return str(page.datasette.urls.row(page.database.name, table, ",".join(tilde_encode(str(value)) for value in values)))
    keys = json.loads(document["key_columns"])
    return with_query(
        page.datasette.urls.table(page.database.name, table), {f"{k}__exact": v for k, v in zip(keys, values, strict=True)}
    )
