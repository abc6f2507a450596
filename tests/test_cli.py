"""The commands, as a user types them."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
import unicodedata
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from datasette.cli import cli

import datasette_wirefacts
from datasette_wirefacts.errors import InputError

TEXT = "Die Brücke wird gesperrt. „Das dauert 3 Wochen“, sagte Erna Muster."


def invoke(*arguments: str | Path, input: str | bytes | None = None) -> Result:
    return CliRunner().invoke(cli, ["wirefacts", *map(str, arguments)], input=input)


@pytest.fixture
def wire(tmp_path: Path) -> Path:
    path = tmp_path / "wire.db"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE articles (id INTEGER PRIMARY KEY, headline TEXT, body TEXT)")
        db.executemany("INSERT INTO articles VALUES (?, ?, ?)", [(1, "Brücke", TEXT), (2, "Leer", None), (3, "Zwei", TEXT)])
    return path


def test_extract_prints_a_summary(wire: Path) -> None:
    result = invoke("extract", wire, "articles", "--text", "body", "--title", "headline", "--language", "de")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0] == "articles  3  (2 new, 1 empty)"
    assert [line.split()[0] for line in result.stdout.splitlines()] == [
        "articles",
        "quotes",
        "figures",
        "entities",
        "errors",
        "seconds",
    ]
    assert result.stderr.splitlines() == ["3 of 3 articles"]
    again = invoke("extract", wire, "articles", "--text", "BODY", "--title", "headline", "--language", "de")
    assert again.stdout.splitlines()[0] == "articles  3  (2 unchanged, 1 empty)"


def test_options_left_out_are_those_of_the_last_run(wire: Path) -> None:
    invoke("extract", wire, "articles", "--text", "body", "--title", "headline", "--language", "de", "--engine", "fast")
    again = invoke("extract", wire, "articles", "--text", "body")
    assert again.stdout.splitlines()[0] == "articles  3  (2 unchanged, 1 empty)"
    assert again.stderr.splitlines()[0] == "As in the last run: --title headline --language de --engine fast"
    back = invoke("extract", wire, "articles", "--text", "body", "--title", "", "--published", "headline")
    assert back.stdout.splitlines()[0] == "articles  3  (2 changed, 1 empty)"
    assert "The date of publication of 2 articles cannot be read" in back.stderr
    with closing(sqlite3.connect(wire)) as db:
        assert db.execute("SELECT DISTINCT title, published, language FROM documents").fetchall() == [(None, None, "de")]


def test_facts_reads_json_lines(tmp_path: Path) -> None:
    lines = [{"id": 7, "text": TEXT, "language": "de"}, {"text": "\ud800 x", "title": None}]
    result = invoke("facts", input="\n\n".join(map(json.dumps, lines)))
    assert result.exit_code == 0, result.output
    first, second = map(json.loads, result.stdout.splitlines())
    assert (first["id"], first["language"]) == (7, "de")
    assert "id" not in second
    (tmp_path / "some.jsonl").write_text(json.dumps(lines[0]), encoding="utf-8-sig")
    (tmp_path / "one.txt").write_text(TEXT, encoding="utf-8")
    result = invoke("facts", tmp_path / "some.jsonl", tmp_path / "one.txt")
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == [7, "one.txt"]


GOOD = b'{"id": "1", "text": "Ja."}\n'


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (b'{"text": "Br\xfccke"}', "line 2: byte 12 is not UTF-8"),
        (b'{"text": "x"', "line 2: not JSON"),
        (b"[" * 100_000, "line 2: not JSON"),
        (b'["text"]', "line 2: no object with a text"),
        (b'{"id": 1}', "line 2: no object with a text"),
        (b'{"text": 5}', "line 2: no object with a text"),
        (b'{"text": "x", "published": 20241016}', "line 2: published is no string but 20241016"),
        (b'{"text": "x", "language": "../de"}', "line 2: '../de' is no language tag"),
        (b'{"text": "x", "language": "default"}', "line 2: 'default' is no language tag"),
        (b'{"text": "x", "id": ' + b"1" * 5000 + b"}", "line 2: a number has thousands of digits"),
    ],
)
def test_a_bad_line_is_named_after_the_good_ones(line: bytes, complaint: str) -> None:
    result = invoke("facts", input=GOOD + line + b"\n" + GOOD)
    assert result.exit_code == 1
    assert [json.loads(printed)["id"] for printed in result.stdout.splitlines()] == ["1"]
    assert f"\nError: Standard input, {complaint}" in result.stderr


def test_a_bad_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "latin1.txt").write_bytes("Brücke".encode("latin-1"))
    result = invoke("facts", tmp_path / "latin1.txt")
    assert (result.exit_code, "latin1.txt is not UTF-8 (byte 2)" in result.stderr) == (1, True)
    for missing in (tmp_path / "none.txt", tmp_path):
        result = invoke("facts", missing)
        assert (result.exit_code, f"{missing} cannot be read" in result.stderr) == (1, True)


def test_explain_is_an_aligned_table(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(TEXT, encoding="utf-8")
    result = invoke("explain", tmp_path / "one.txt", "--language", "de")
    assert result.exit_code == 0, result.output
    first, heading, *lines = result.stdout.splitlines()
    assert first == "language de"
    assert heading.split() == ["place", "kind", "rule", "text", "meaning"]
    assert all(re.match(r"\d+–\d+ ", line) and len(line) <= 120 for line in lines)


def test_an_unknown_language_is_said(wire: Path, tmp_path: Path) -> None:
    result = invoke("extract", wire, "articles", "--text", "body", "--language", "tlh")
    assert result.exit_code == 0
    assert "There are no rules for 'tlh': only what applies to every language is extracted." in result.stderr
    assert invoke("extract", wire, "articles", "--text", "body", "--language", "no tag").exit_code == 1
    result = invoke("extract", wire, "articles", "--text", "headline")
    assert "No rules for 'und', the language of" in result.stderr


def test_an_unknown_language_is_said_once(tmp_path: Path) -> None:
    lines = [{"text": "x", "language": language} for language in ("TLH", "de_ch", "tlh", "nl")]
    result = invoke("facts", input="\n".join(map(json.dumps, lines)))
    assert [json.loads(line)["language"] for line in result.stdout.splitlines()] == ["tlh", "de-CH", "tlh", "nl"]
    assert [line.split("'")[1] for line in result.stderr.splitlines()] == ["tlh", "nl"]
    (tmp_path / "one.txt").write_text("4711", encoding="utf-8")
    assert invoke("explain", tmp_path / "one.txt").stderr.startswith("There are no rules for 'und'")
    assert invoke("explain", tmp_path / "one.txt", "--language", "DE").stderr == ""


@pytest.mark.parametrize("language", ["default", "../de", "/etc", "no tag", "d", ""])
def test_there_is_one_rule_for_language_tags(wire: Path, tmp_path: Path, language: str) -> None:
    (tmp_path / "one.txt").write_text(TEXT, encoding="utf-8")
    for command in (["extract", wire, "articles", "--text", "body"], ["explain", tmp_path / "one.txt"]):
        result = invoke(*command, "--language", language)
        assert (result.exit_code, f"Error: {language!r} is no language tag" in result.stderr) == (1, True)
    with pytest.raises(InputError, match="is no language tag"):
        datasette_wirefacts.extract(TEXT, language=language)


def test_another_spelling_of_a_tag_is_the_same_language(wire: Path) -> None:
    assert datasette_wirefacts.extract(TEXT, language="DE_at")["language"] == "de-AT"
    assert invoke("extract", wire, "articles", "--text", "body", "--language", "DE").stderr == "3 of 3 articles\n"
    assert "2 unchanged" in invoke("extract", wire, "articles", "--text", "body", "--language", "de").stdout


def test_an_engine_that_does_not_exist_is_said() -> None:
    with pytest.raises(InputError, match="no engine 'quick': choose fast or full"):
        datasette_wirefacts.extract(TEXT, engine="quick")


def test_explain_prints_nothing_that_a_terminal_obeys(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("„Das \x1b]0;Titel\x07 dauert \x9b31m 3 Wochen“, sagte Erna Muster.", encoding="utf-8")
    result = invoke("explain", tmp_path / "one.txt", "--language", "de")
    assert "Wochen" in result.stdout
    assert not [c for c in result.stdout if unicodedata.category(c) == "Cc" and c != "\n"]


def test_the_python_call_needs_no_datasette_first() -> None:
    code = "import datasette_wirefacts, json; print(json.dumps(datasette_wirefacts.extract('Ja.', language='de')))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
    assert {"language", "quotes", "figures", "entities", "roles"} <= json.loads(printed).keys()
    code = "import datasette_wirefacts.extractors as e; print(*(x.name for x in e.gather_extractors()))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
    assert {"quotes", "figures", "entities", "roles"} <= set(printed.split())


def test_help_loads_nothing_heavy() -> None:
    code = "import sys, datasette.cli; print(*sorted({'spacy', 'datasette_wirefacts.pipeline'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout.split() == []
