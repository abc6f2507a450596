"""The commands for a database whose sources are known: `datasette wirefacts update`, `status` and `forget`."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from datasette_wirefacts.cli_reports import kinds_of, progress_of

if TYPE_CHECKING:
    from datasette_wirefacts.runs import Run
    from datasette_wirefacts.status import Status

workers_option = click.option(
    "--workers", type=click.IntRange(min=1), metavar="N", help="Processes that extract  [default: as many as there are cores]"
)
database_argument = click.argument("database", type=click.Path(path_type=Path))


@click.command()
@database_argument
@click.option("--watch", is_flag=True, help="Go on, and follow each change within seconds, until Ctrl-C")
@workers_option
def update(database: Path, watch: bool, workers: int | None) -> None:
    """Bring all facts up to date: articles that are new, changed or gone

    The tables are those that `extract` was run over, with its options.
    """
    from datasette_wirefacts import jobs
    from datasette_wirefacts.archive import Archive
    from datasette_wirefacts.connections import clear_errors, connect
    from datasette_wirefacts.keeping import keep_up
    from datasette_wirefacts.registry import registered_sources, unreadable_sources
    from datasette_wirefacts.sources import count_articles
    from datasette_wirefacts.stopping import ctrl_c_noted
    from datasette_wirefacts.workers import Workers, cores

    with (
        clear_errors(database),
        closing(connect(database)) as connection,
        ctrl_c_noted() as stop,
        Workers(workers or cores()) as pool,
    ):
        job = jobs.Job(Archive(connection), pool, stop)
        if not jobs.is_filled(job.archive):
            raise click.ClickException(f"{database} holds no facts: run `datasette wirefacts extract` first, once for each table.")
        for complaint in unreadable_sources(connection):
            click.echo(f"Left out: {complaint}", err=True)
        if watch:
            click.echo(f"Watching {database}. Ctrl-C ends it.", err=True)
            keep_up(job, database, _tell, lambda complaint: click.echo(f"{complaint} Trying again.", err=True))
            return
        with progress_of(sum(count_articles(connection, source) for _, source in registered_sources(connection))) as progress:
            job.progress = progress
            runs = jobs.update(job)
    _tell(runs)
    if any(run.summary.stopped for run in runs):
        click.echo("Stopped. The same command goes on from here.", err=True)
        sys.exit(130)


def _tell(runs: Sequence[Run]) -> None:
    for run in runs:
        errors = f", {run.summary.errors} errors (see the table wirefacts_errors)" if run.summary.errors else ""
        click.echo(f"{time.strftime('%H:%M:%S')}  {run.source.table}: {kinds_of(run.summary) or 'no articles'}{errors}")


@click.command()
@database_argument
@click.option("--json", "as_json", is_flag=True, help="As JSON, a list of objects")
def status(database: Path, as_json: bool) -> None:
    """Show for each table how many articles are done, pending and failed, and the last run"""
    from datasette_wirefacts.archive import Archive
    from datasette_wirefacts.connections import clear_errors, connect
    from datasette_wirefacts.registry import unreadable_sources
    from datasette_wirefacts.status import all_status

    with clear_errors(database), closing(connect(database)) as connection:
        found = all_status(Archive(connection))
        complaints = unreadable_sources(connection) if found or not as_json else []
    if as_json:
        click.echo(json.dumps([asdict(status) for status in found], ensure_ascii=False, indent=2))
        return
    for one in found:
        _print_status(one)
    for complaint in complaints:
        click.echo(f"Cannot be read: {complaint}")
    if not found and not complaints:
        click.echo(f"{database} holds no facts: `datasette wirefacts extract` takes them from a table.")


def _print_status(status: Status) -> None:
    triggers = ", with triggers" if status.triggers else ""
    click.echo(f"{status.table} ({status.text}, engine {status.engine}{triggers})")
    click.echo(f"  done      {status.done:,}")
    click.echo(f"  pending   {status.pending:,}")
    click.echo(f"  failed    {status.failed:,}" + ("  (see the table wirefacts_errors)" if status.failed else ""))
    if run := status.last_run:
        message = f": {run['message']}" if run["message"] else ""
        click.echo(f"  last run  {run['status']}, {run['started_at']} to {run['ended_at'] or 'now'}{message}")


@click.command()
@database_argument
@click.argument("table")
def forget(database: Path, table: str) -> None:
    """Remove all facts that were taken from TABLE, and its triggers; the table itself stays as it is"""
    from datasette_wirefacts import jobs
    from datasette_wirefacts.archive import Archive
    from datasette_wirefacts.connections import clear_errors, connect

    with clear_errors(database), closing(connect(database)) as connection:
        documents = jobs.forget(jobs.Job(Archive(connection)), table)
    click.echo(f"{table} is forgotten: {documents:,} documents with their facts are gone.")
