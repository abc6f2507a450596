"""How fast an archive is read, how large it gets, and how quickly it follows a change.

    python benchmarks/archive.py [--articles 100000] [--engine full|fast] [--workers N] [--triggers] [--folder FOLDER] [--keep FILE]

makes a database of dispatches (benchmarks/wire_prose.py, seeded; --folder: the texts of a folder of annotated quotes, each varied
until there are enough), extracts it with the command line, and prints a table. Memory is that of all processes of the run together,
shared pages counted once. Facet pages are asked for through Datasette itself, on 0.65 with suggest_facets off.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import median

from datasette.app import Datasette
from wire_prose import Dispatch, dispatches

COMMAND = [sys.executable, "-m", "datasette", "wirefacts"]
PAGES = [
    "quotes?_facet=speaker_id&_facet=kind&_facet=cue_verb&_facet=speaker_kind",
    "figures?_facet=kind&_facet=unit&_facet=magnitude&_facet=claimed_by_id",
    "entities?_facet=kind&_facet=country",
    "mentions?_facet=entity_id&_facet=source",
    "documents?_facet=language&_facet=agency_id&_facet=dateline_place_id",
    "quotes?_search=Geduld&_facet=kind",
    "quotes?kind=direct&_facet=speaker_id",
]
CHANGED = "Das kostet 47,11 Millionen Euro."


def main() -> None:
    chosen = options()
    with tempfile.TemporaryDirectory() as folder:
        path = chosen.keep or Path(folder) / "archive.db"
        path.unlink(missing_ok=True)
        articles = from_folder(chosen.folder, chosen.articles) if chosen.folder else dispatches(chosen.articles)
        size = fill(path, articles)
        before = path.stat().st_size
        command = ["extract", str(path), "articles", "--text", "body", "--title", "title", "--published", "published"]
        flags = [*(["--workers", str(chosen.workers)] if chosen.workers else []), *(["--triggers"] if chosen.triggers else [])]
        run = measured([*command, "--language", "de", "--engine", chosen.engine, *flags])
        show("articles", f"{chosen.articles:,}", f"{size / 1e6:.1f} MB of text")
        show(
            "first run",
            f"{run.seconds:.1f} s",
            f"{chosen.articles / run.seconds:.1f} articles/s, {size / 1e6 / run.seconds:.3f} MB/s",
        )
        show("peak memory", f"{run.peak / 1e6:.0f} MB", ", ".join(f"{share / 1e6:.0f}" for share in run.course()) + " on the way")
        grown = (path.stat().st_size - before) / chosen.articles
        show("facts", f"{grown / 1000:.1f} kB", f"an article, beside {size / chosen.articles / 1000:.1f} kB of text")
        for name, bytes_ in largest(path):
            show(f"  {name}", f"{bytes_ / chosen.articles / 1000:.2f} kB", "an article")
        again = ["update", str(path)] if "update" in commands() else [*command, "--language", "de", "--engine", chosen.engine]
        show("nothing has changed", f"{measured(again).seconds:.2f} s", " ".join(again[:1]))
        change(path)
        show("one article has changed", f"{measured(again).seconds:.2f} s", " ".join(again[:1]))
        assert taken_up(path), "the change was not taken up"
        if "update" in commands() and "--watch" in commands("update"):
            show("the same while watching", f"{watched(path):.2f} s", "update --watch")
        for page, milliseconds in asyncio.run(pages(path)):
            show(page.partition("?")[0], f"{milliseconds:.0f} ms", page.partition("?")[2])


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--engine", choices=["full", "fast"], default="full")
    parser.add_argument("--workers", type=int, help="processes that extract")
    parser.add_argument("--triggers", action="store_true", help="have SQLite note changes of the articles")
    parser.add_argument("--folder", type=Path, help="folder of annotated quotes (JSON with originalText) to vary")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="where to leave the database")
    return parser.parse_args()


def show(what: str, value: str, more: str) -> None:
    print(f"{what:<26}{value:>12}  {more}", flush=True)


def fill(path: Path, articles: Iterator[Dispatch]) -> int:
    """Writes the articles; returns their size in bytes."""
    size = 0
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE articles (id INTEGER PRIMARY KEY, title TEXT, body TEXT, published TEXT)")
        for article in articles:
            size += len(article.body.encode("utf-8"))
            row = (article.title, article.body, article.published)
            db.execute("INSERT INTO articles (title, body, published) VALUES (?, ?, ?)", row)
    return size


def from_folder(folder: Path, count: int) -> Iterator[Dispatch]:
    """The texts of the folder, round after round; each round with other digits, other sentences left out and other names."""
    texts = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("**/*.json"))]
    if not texts:
        sys.exit(f"{folder} holds no texts")

    def rounds() -> Iterator[Dispatch]:
        for n in range(count):
            text = texts[n % len(texts)]
            draw = random.Random(f"{n}")
            date = re.search(r"\((\d{4}-\d\d-\d\d)\)$", text["documentName"])
            body = text["originalText"] if n < len(texts) else varied(text["originalText"], draw)
            yield Dispatch(text["documentName"].rpartition(" (")[0], body, date[1] if date else "")

    return islice(rounds(), count)


def varied(text: str, draw: random.Random) -> str:
    """The text with other digits, a fifth of the sentences left out, and each name that it repeats spelled in another way."""
    names = {
        name: draw.choice("BDFGKLMNPRSTW") + name[1:] for name in set(re.findall(r"(?<=[a-zäöü,] )[A-ZÄÖÜ][a-zäöüß]{3,}", text))
    }
    sentences = [sentence for sentence in re.split(r"(?<=[.!?]) ", text) if draw.random() > 0.2]
    changed = re.sub(r"[A-ZÄÖÜ]\w+", lambda match: names.get(match[0], match[0]), " ".join(sentences))
    return re.sub(r"\d", lambda match: str(draw.randrange(1, 10)), changed)


@dataclass(slots=True)
class Run:
    """How long a command took, and the memory of its processes while it ran."""

    seconds: float = 0.0
    samples: list[int] = field(default_factory=list)

    @property
    def peak(self) -> int:
        return max(self.samples, default=0)

    def course(self) -> list[int]:
        """The highest value of each tenth of the time."""
        size = max(1, len(self.samples) // 10)
        return [max(self.samples[i : i + size]) for i in range(0, size * 10, size) if self.samples[i : i + size]]


def measured(arguments: list[str]) -> Run:
    run = Run()
    began = time.monotonic()
    with subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        watcher = threading.Thread(target=watch_memory, args=(process, run), daemon=True)
        watcher.start()
        _, errors = process.communicate()
    run.seconds = time.monotonic() - began
    if process.returncode:
        sys.exit(f"{' '.join(arguments)}: {errors}")
    return run


def watch_memory(process: subprocess.Popen[str], run: Run) -> None:
    while process.poll() is None:
        run.samples.append(sum(map(memory, tree(process.pid))))
        time.sleep(0.5)


def tree(pid: int) -> list[int]:
    """The process and all below it."""
    found = [pid]
    for each in found:
        try:
            for task in Path(f"/proc/{each}/task").iterdir():
                found += map(int, (task / "children").read_text(encoding="ascii").split())
        except OSError:
            continue
    return found


def memory(pid: int) -> int:
    """Bytes, a shared page divided by those that share it; 0 for a process that is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines.splitlines() if line.startswith("Pss:")), 0)


def commands(name: str = "") -> str:
    """The help text of a command."""
    return subprocess.run([*COMMAND, *([name] if name else []), "--help"], capture_output=True, text=True, check=True).stdout


def change(path: Path) -> None:
    with closing(sqlite3.connect(path, timeout=60)) as db, db:
        db.execute("UPDATE articles SET body = body || ' ' || ? WHERE id = (SELECT max(id) / 2 FROM articles)", [CHANGED])


def taken_up(path: Path, times: int = 1) -> bool:
    with closing(sqlite3.connect(path, timeout=60)) as db:
        sql = "SELECT count(*) FROM figures WHERE amount = 47110000 GROUP BY document_id"
        return any(count >= times for (count,) in db.execute(sql))


def watched(path: Path) -> float:
    """Seconds from a change to its facts, while `update --watch` runs."""
    with subprocess.Popen(
        [*COMMAND, "update", str(path), "--watch"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            time.sleep(10)
            change(path)
            began = time.monotonic()
            while not taken_up(path, 2) and time.monotonic() < began + 60:
                time.sleep(0.02)
            return time.monotonic() - began
        finally:
            process.terminate()


def largest(path: Path) -> list[tuple[str, int]]:
    """The tables that take most room, each with its indexes; empty where SQLite cannot tell."""
    sql = "SELECT m.tbl_name, sum(s.pgsize) FROM dbstat AS s JOIN sqlite_master AS m USING (name) GROUP BY 1 ORDER BY 2 DESC"
    with closing(sqlite3.connect(path)) as db:
        try:
            sizes = [
                (re.sub(r"_(data|idx|docsize|config)$", "", table), size) for table, size in db.execute(sql) if table != "articles"
            ]
        except sqlite3.OperationalError:
            return []
    joined: dict[str, int] = {}
    for table, size in sizes:
        joined[table] = joined.get(table, 0) + size
    return sorted(joined.items(), key=lambda item: -item[1])[:12]


async def pages(path: Path) -> list[tuple[str, float]]:
    """Milliseconds that pages with facets take, the middle one of three."""
    settings = {"sql_time_limit_ms": 30_000, "facet_time_limit_ms": 30_000}
    datasette = Datasette([str(path)], settings=settings | {"suggest_facets": False})
    found = []
    for page in PAGES:
        times = []
        for _ in range(4):
            began = time.perf_counter()
            answer = await datasette.client.get(f"/{path.stem}/{page}", follow_redirects=True)
            times.append(1000 * (time.perf_counter() - began))
            assert answer.status_code == 200, page
        found.append((page, median(times[1:])))
    return found


if __name__ == "__main__":
    main()
