"""What a run does and did -> lines on the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from datasette_wirefacts.runs import Summary

KINDS = ("new", "changed", "unchanged", "empty", "failed", "gone")  # what can become of an article
EVERY = 100  # articles between two lines of progress where there is no terminal


@contextmanager
def progress_of(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal; otherwise a line now and then."""
    if sys.stderr.isatty():
        with click.progressbar(length=total, label="Articles", show_pos=True, file=sys.stderr) as bar:
            yield bar.update
        return
    done = 0

    def advance(steps: int) -> None:
        nonlocal done
        before, done = done, done + steps
        if done // EVERY > before // EVERY or done == total:
            click.echo(f"{done} of {total} articles", err=True)

    yield advance


def print_summary(summary: Summary) -> None:
    """What a run did, and what the database then holds."""
    kinds = kinds_of(summary)
    click.echo(f"articles  {summary.articles:,}" + (f"  ({kinds})" if kinds else ""))
    for name, count in {**summary.holds, "errors": summary.errors}.items():
        click.echo(f"{name:<8}  {count:,}" + ("  (see the table wirefacts_errors)" if name == "errors" and count else ""))
    click.echo(f"seconds   {summary.seconds:.1f}")
    if summary.damage:
        click.echo(summary.damage, err=True)
    if summary.undated:
        click.echo(
            f"The date of publication of {summary.undated:,} articles cannot be read (--published): it stays empty.", err=True
        )
    for (table, text), count in summary.vanished.items():
        click.echo(f"{text!r} of {table!r} is gone, and so are the {count:,} documents with its texts.", err=True)
    for language, count in summary.unknown_languages.items():
        click.echo(
            f"No rules for {language!r}, the language of {count:,} articles: only what applies everywhere was extracted.", err=True
        )


def kinds_of(summary: Summary) -> str:
    """What became of the articles: "3 new, 1 gone"."""
    return ", ".join(f"{summary.done[kind]:,} {kind}" for kind in KINDS if summary.done[kind])
