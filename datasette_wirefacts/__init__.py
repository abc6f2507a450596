"""Datasette's hooks, each delegating in a line or two; nothing imports this module, and it loads no spaCy."""

from __future__ import annotations

from typing import Any

from datasette import hookimpl

from datasette_wirefacts import hookspecs

__all__ = ["extract"]


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


@hookimpl
def prepare_connection(conn: Any, database: str, datasette: Any) -> None:
    from datasette_wirefacts.functions import prepare_connection

    prepare_connection(conn, database, datasette)


@hookimpl
def startup(datasette: Any) -> Any:
    from datasette_wirefacts import _compat, functions, serving

    functions.check_configuration(datasette)
    serving.check_configuration(datasette)
    return lambda: _compat.tell_all(datasette)


@hookimpl
def asgi_wrapper(datasette: Any) -> Any:
    from datasette_wirefacts import _compat, serving

    return lambda app: serving.kept(datasette, _compat.watched(datasette, app))


@hookimpl
def get_metadata(datasette: Any, key: str | None, database: str | None, table: str | None) -> dict[str, Any]:
    from datasette_wirefacts import _compat

    return _compat.asked_metadata(datasette, key, database, table)


@hookimpl
def canned_queries(datasette: Any, database: str) -> dict[str, dict[str, str]]:
    from datasette_wirefacts import _compat

    return _compat.asked_queries(datasette, database)


@hookimpl(trylast=True)  # on 0.65 the last word counts, and this one only ever denies
def permission_allowed(datasette: Any, actor: Any, action: str, resource: Any) -> Any:
    from datasette_wirefacts import _compat_permissions

    return lambda: _compat_permissions.asked_permission(datasette, actor, action, resource)


@hookimpl
def permission_resources_sql(datasette: Any, actor: Any, action: str) -> Any:
    from datasette_wirefacts import _compat_permissions

    return lambda: _compat_permissions.denied(datasette, actor, action)


@hookimpl
def register_routes() -> Any:
    from datasette_wirefacts.pages.routes import routes

    return routes()


@hookimpl
def render_cell(row: Any, value: Any, column: str, table: str | None, database: str, datasette: Any) -> Any:
    from datasette_wirefacts.cells import render_cell

    return render_cell(datasette, database, table, column, value, row)


@hookimpl
def register_facet_classes() -> Any:
    from datasette_wirefacts.facets import ManyToManyFacet, RangeFacet

    return [RangeFacet, ManyToManyFacet]


@hookimpl
def filters_from_request(request: Any, database: str, table: str, datasette: Any) -> Any:
    from datasette_wirefacts.facets import linked

    return lambda: linked(datasette, request, database, table)


@hookimpl
def database_actions(datasette: Any, actor: Any, database: str, request: Any) -> Any:
    from datasette_wirefacts.pages.menus import database_links

    return lambda: database_links(datasette, actor, database, request)


@hookimpl
def table_actions(datasette: Any, actor: Any, database: str, table: str, request: Any) -> Any:
    from datasette_wirefacts.pages.menus import table_links

    return lambda: table_links(datasette, actor, database, table, request)


@hookimpl
def view_actions(datasette: Any, actor: Any, database: str, view: str, request: Any) -> Any:
    from datasette_wirefacts.pages.menus import table_links

    return lambda: table_links(datasette, actor, database, view, request)


@hookimpl
def register_actions(datasette: Any) -> Any:
    from datasette_wirefacts import _compat_permissions

    return _compat_permissions.actions()


@hookimpl
def extra_css_urls(database: str | None, table: str | None, datasette: Any) -> list[str]:
    from datasette_wirefacts import metadata

    return metadata.style_sheets(datasette, database, table)


# Last: where this package is imported before Datasette, this import makes Datasette register it, and its hooks must be there.
from datasette.plugins import pm  # noqa: E402

pm.add_hookspecs(hookspecs)
