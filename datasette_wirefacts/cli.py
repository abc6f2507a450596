"""The command line: `datasette wirefacts …`. Each command opens what it is given, calls one function, and prints."""

from __future__ import annotations

import json
import os
import sys
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import click

from datasette_wirefacts.cli_archive import forget, status, update, workers_option
from datasette_wirefacts.cli_reports import print_summary, progress_of
from datasette_wirefacts.errors import WirefactsError

engine_option = click.option(
    "--engine", type=click.Choice(["full", "fast"]), default="full", show_default=True, help="fast leaves out the slower steps"
)
model_option = click.option("--model", metavar="NAME", help="Installed spaCy pipeline to read texts with")


class Commands(click.Group):
    """Prints our own errors as one line and exits with code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except WirefactsError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Commands)
def wirefacts() -> None:
    """Quotes, figures and entities from news dispatches"""
    if "numpy" not in sys.modules:  # its threads cost more than they gain: --workers has one process for each core
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@wirefacts.command()
@click.argument("database", type=click.Path(path_type=Path))
@click.argument("table")
@click.option("--text", required=True, metavar="COLUMN", help="Column with the text")
@click.option("--title", metavar="COLUMN", help="Column with the headline")
@click.option("--published", metavar="COLUMN", help="Column with the date")
@click.option("--language", metavar="TAG", help="Language of all texts, as in de or de-CH; otherwise it is found out for each")
@click.option("--where", metavar="SQL", help="Only rows for which this is true")
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="Only the first N rows")
@click.option("--key", metavar="COLUMN", help="Column that tells the rows apart, for views and instead of the primary key")
@click.option("--engine", type=click.Choice(["full", "fast"]), help="fast leaves out the slower steps  [default: full]")
@model_option
@click.option(
    "--triggers/--no-triggers", default=None, help="Have SQLite note which rows change, so that nobody must look for them"
)
@workers_option
def extract(
    database: Path,
    table: str,
    text: str,
    limit: int | None,
    key: str | None,
    where: str | None,
    triggers: bool | None,
    workers: int | None,
    **options: str,
) -> None:
    """Fill the tables of facts from the articles in TABLE

    Run it again at any time: only what is new, changed or gone since the last time is done. Ctrl-C stops it, the next run goes on.
    Options that are left out are those of the last run over the same column; an empty one (--title "") takes it back.
    """
    from datasette_wirefacts.connections import clear_errors, connect
    from datasette_wirefacts.docs import check_model
    from datasette_wirefacts.jobs import extract_source
    from datasette_wirefacts.languages import language_tag
    from datasette_wirefacts.registry import has_triggers, remembered
    from datasette_wirefacts.sources import count_articles, find_source
    from datasette_wirefacts.workers import cores

    if options["language"] is not None:
        options["language"] = language_tag(options["language"])
        _say_if_unknown(options["language"])
    with clear_errors(database), closing(connect(database)) as connection:
        given = {name: value for name, value in options.items() if value is not None}
        before = {name: value for name, value in remembered(connection, table, text).items() if name not in given}
        settings = {"engine": "full"} | before | given
        wanted = {name: value or None for name, value in settings.items()}
        triggers = has_triggers(connection, table, text) if triggers is None else triggers
        source = find_source(connection, table, text=text, key=key, where=where, triggers=triggers, **wanted)
        _say_what_stays(before)
        if source.model:  # before it is remembered
            check_model(source.model)
        with progress_of(count_articles(connection, source, limit)) as progress:
            summary = extract_source(connection, source, limit=limit, workers=workers or cores(), progress=progress)
    print_summary(summary)
    if summary.stopped:
        click.echo("Stopped. The same command goes on from here.", err=True)
        sys.exit(130)


@wirefacts.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@engine_option
@model_option
def facts(files: tuple[Path, ...], engine: str, model: str | None) -> None:
    """Print the facts of texts as JSON, one line a text

    FILES ending in .jsonl hold an object a line; any other file is one text. Without FILES, JSON lines come on standard input.
    """
    from datasette_wirefacts.inputs import read_items
    from datasette_wirefacts.pipeline import make_pipeline
    from datasette_wirefacts.rows import facts_json
    from datasette_wirefacts.texts import clean

    pipeline = make_pipeline(engine, model)
    say_if_unknown = cache(_say_if_unknown)
    for item in read_items(files, sys.stdin.buffer):
        found = pipeline.extract(item.text, language=item.language, published=item.published, title=item.title)
        say_if_unknown(found.language)
        click.echo(clean(json.dumps(facts_json(found, item.id), ensure_ascii=False)))


@wirefacts.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--language", metavar="TAG", help="Language of the text; otherwise it is found out")
@engine_option
@model_option
def explain(file: Path, language: str | None, engine: str, model: str | None) -> None:
    """Print a table of the facts of a text, each with the rule that made it"""
    import shutil

    from datasette_wirefacts.explain import explain_facts
    from datasette_wirefacts.inputs import read_items
    from datasette_wirefacts.languages import language_tag
    from datasette_wirefacts.pipeline import make_pipeline

    language = language if language is None else language_tag(language)
    pipeline = make_pipeline(engine, model)
    say_if_unknown = cache(_say_if_unknown)
    width = shutil.get_terminal_size((120, 24)).columns
    for item in read_items([file], sys.stdin.buffer):
        found = pipeline.extract(item.text, language=language or item.language, published=item.published, title=item.title)
        say_if_unknown(found.language)
        for line in explain_facts(found, item.text, width):
            click.echo(line)


@wirefacts.command()
@click.argument("database", type=click.Path(path_type=Path))
def metadata(database: Path) -> None:
    """Print descriptions, facets and queries for a database as YAML

    Datasette shows all this without any file. Save it as metadata.yml to change something, and drop the rest.
    """
    from datasette_wirefacts.metadata import metadata_yaml

    click.echo(metadata_yaml(database), nl=False)


@wirefacts.command()
@click.argument("database", type=click.Path(path_type=Path))
def demo(database: Path) -> None:
    """Make a demo database from the dispatches that come with this package"""
    from datasette_wirefacts.demo import build_demo

    if build_demo(database):
        click.echo(f"{database} was there, and has been made again.")
    click.echo(f"{database} is ready: datasette serve {database}")


def _say_what_stays(before: dict[str, str]) -> None:
    said = " ".join(f"--{name} {value}" for name, value in before.items() if (name, value) != ("engine", "full"))
    if said:
        click.echo(f"As in the last run: {said}", err=True)


def _say_if_unknown(language: str) -> None:
    from datasette_wirefacts.extractors import gather_languages
    from datasette_wirefacts.languages import load_pack

    if not load_pack(language, gather_languages()).known:
        click.echo(f"There are no rules for {language!r}: only what applies to every language is extracted.", err=True)


for command in (update, status, forget):
    wirefacts.add_command(command)
