"""Twins: what somebody does to the articles while the step works."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from articles_db import change
from test_twins import A, B, C, everything, extract, facts, from_scratch, make

from datasette_wirefacts import twins


@pytest.mark.usefixtures("pipeline")
def test_a_document_that_goes_while_the_step_works_is_looked_at_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its note lies between those that the step read and those that it writes itself."""
    others = [C.replace("Herbst", f"Herbst {n}") * 2 for n in range(9)]  # so that not all are looked at
    rows = [*((n, A + B, f"2024-05-0{n}") for n in (1, 2, 3)), *((n, text, "2024-05-03") for n, text in enumerate(others, 10))]
    path = make(tmp_path / "wire.db", rows)
    extract(path)
    assign, noted = twins.assign, [0]

    def disturbed(order: Any, stirred: set[int]) -> Any:
        found, followed = assign(order, stirred)
        monkeypatch.setattr(twins, "assign", assign)
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("DELETE FROM articles WHERE id = 1")
        noted[0] += 1
        return found, [*followed, order.rows[order.ids[-1]]]

    monkeypatch.setattr(twins, "assign", disturbed)
    change(path, "INSERT INTO articles VALUES (30, ?, '2024-05-04')", B * 2)
    extract(path)
    extract(path)
    assert noted == [1]
    assert everything(path) == from_scratch(path, tmp_path)
    assert facts(path, 2)["quotes"]
