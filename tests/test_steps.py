"""After a pass: the steps over the whole archive, and the documents that they want extracted again."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from threading import Event

import pytest
from articles_db import SECOND, change, run, values

from datasette_wirefacts import jobs
from datasette_wirefacts.archive import Archive
from datasette_wirefacts.steps import Step, steps
from datasette_wirefacts.store import mark_again

pytestmark = pytest.mark.usefixtures("pipeline")


def use(monkeypatch: pytest.MonkeyPatch, *more: Step) -> None:
    monkeypatch.setattr(jobs, "steps", lambda: (*more, *steps()))


def test_marked_documents_of_all_sources_are_extracted_again_once(articles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(articles, "CREATE TABLE letters (name TEXT, day TEXT, body TEXT, PRIMARY KEY (name, day))")
    change(articles, "INSERT INTO letters VALUES ('a', '2024-10-16', ?)", SECOND)
    run(articles, "letters")
    calls = []

    def mark_all(archive: Archive) -> None:
        documents = archive.rows("SELECT id FROM documents WHERE input_hash != ''")
        calls.append(len(documents))
        archive.write(lambda connection: mark_again(connection, [id for (id,) in documents]))
        archive.write(lambda connection: connection.execute("DELETE FROM figures"))

    use(monkeypatch, mark_all)
    summary = run(articles)
    assert (summary.again, calls) == (3, [3, 3])
    # The second call marked them once more: that is left to the next run.
    assert values(articles, "SELECT count(*) FROM documents WHERE input_hash = ''") == [3]
    monkeypatch.undo()


def test_steps_that_a_run_did_not_get_to_are_done_by_the_next(articles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(archive: Archive) -> None:
        raise RuntimeError("no luck")

    use(monkeypatch, fail)
    with pytest.raises(RuntimeError):
        run(articles)
    done: list[Archive] = []
    use(monkeypatch, done.append)
    assert run(articles).done["unchanged"] == 2
    assert len(done) == 1
    run(articles)
    assert len(done) == 1


def test_ctrl_c_stops_a_step_at_its_next_write(articles: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noted, written = Event(), []

    def write_twice(archive: Archive) -> None:
        archive.write(lambda connection: written.append(1))
        noted.set()
        archive.write(lambda connection: written.append(2))

    with monkeypatch.context() as patched:
        use(patched, write_twice)
        patched.setattr(jobs, "ctrl_c_noted", lambda: nullcontext(noted))
        assert run(articles).stopped
    assert written == [1]
    assert values(articles, "SELECT status FROM wirefacts_runs") == ["stopped"]
    assert values(articles, "SELECT * FROM wirefacts_lock") == []
    done: list[Archive] = []
    use(monkeypatch, done.append)
    run(articles)
    assert len(done) == 1  # the steps are still to be done
