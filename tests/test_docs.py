"""The README names everything that a user can use, and importing the plugin stays light."""

from __future__ import annotations

import inspect
import re
import sqlite3
import subprocess
import sys
import types
from contextlib import closing
from pathlib import Path

import pytest

import datasette_wirefacts
from datasette_wirefacts import hookspecs
from datasette_wirefacts.cli import wirefacts
from datasette_wirefacts.functions import register_functions
from datasette_wirefacts.metadata import descriptions

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
HOOKS = {name: function for name, function in vars(hookspecs).items() if hasattr(function, "datasette_spec")}


@pytest.mark.parametrize("name", HOOKS)
def test_each_hook_stands_there_with_its_arguments(name: str) -> None:
    assert f"{name}({', '.join(inspect.signature(HOOKS[name]).parameters)})" in README


def test_each_sql_function_stands_there() -> None:
    with closing(sqlite3.connect(":memory:")) as conn:
        register_functions(conn)
        names = {name for (name,) in conn.execute("select name from pragma_function_list where name like 'wire!_%' escape '!'")}
    assert len(names) == 10
    assert names == set(re.findall(r"^\| `(wire_\w+)\(", README, flags=re.MULTILINE))


def test_the_chapter_on_the_tables_is_up_to_date() -> None:
    subprocess.run([sys.executable, ROOT / "scripts" / "readme_tables.py", "--check"], check=True)


@pytest.mark.parametrize("table", [name for name, table in descriptions()["tables"].items() if "columns" in table])
def test_each_table_and_column_stands_there(table: str) -> None:
    _, heading, section = README.partition(f"#### `{table}`\n")
    assert heading
    columns = re.findall(r"^\| `(\w+)` \|", section.partition("####")[0], flags=re.MULTILINE)
    assert set(columns) >= set(descriptions()["tables"][table]["columns"])


@pytest.mark.parametrize("table", ["quotes", "figures", "entities", "mentions", "documents"])
def test_the_facets_named_there_are_those_of_the_page(table: str) -> None:
    chapter = README.partition("### Facets")[2].partition("##")[0]
    (line,) = re.findall(rf"^\| `{table}` \| ([^;|]*)", chapter, flags=re.MULTILINE)
    assert re.findall(r"`(\w+)`", line) == descriptions()["tables"][table]["facets"]


@pytest.mark.parametrize("name", sorted(wirefacts.commands))
def test_each_command_stands_there_and_has_help(name: str) -> None:
    assert f"`datasette wirefacts {name} " in README
    assert wirefacts.commands[name].help


@pytest.mark.parametrize("path", re.findall(r"\]\(((?!http|#)[^)]+)\)", README))
def test_what_the_readme_links_to_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_public_names() -> None:
    assert datasette_wirefacts.__all__ == ["extract"]
    assert list(inspect.signature(datasette_wirefacts.extract).parameters) == ["text", "language", "published", "title", "engine"]


def test_the_example_in_the_readme() -> None:
    facts = datasette_wirefacts.extract("„Wir bauen“, sagte Anna Kern.", language="de")
    keys = re.findall(
        r"^\| `(\w+)` \|", README.partition("## Facts as JSON")[2].partition("## Command line")[0], flags=re.MULTILINE
    )
    assert list(facts) == keys
    assert facts["quotes"][0]["speaker"]["name"] == "Anna Kern"


def test_the_keys_of_each_fact_stand_there() -> None:
    facts = datasette_wirefacts.extract("ULM, 3. Mai (dpa) - „Wir zahlen 40 Euro“, sagte Bürgermeisterin Anna Kern.", language="de")
    for kind in ("quotes", "figures", "entities", "roles"):
        (line,) = re.findall(rf"^\| `{kind}` \| `(\[.*)` \|$", README, flags=re.MULTILINE)
        assert facts[kind]
        assert [key for fact in facts[kind] for key in fact if f'"{key}"' not in line] == []


def test_importing_the_plugin_is_light() -> None:
    code = (
        "import sys; import datasette.cli; before = set(sys.modules); import datasette_wirefacts;"
        "print(sorted(m for m in set(sys.modules) - before if not m.startswith('datasette')))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_spacy_is_loaded_by_no_command_that_needs_none() -> None:
    code = "import sys; import datasette_wirefacts.cli, datasette_wirefacts.sqlite_utils_plugin; print('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "False"


def test_the_hook_in_the_readme() -> None:
    from datasette.plugins import pm

    from datasette_wirefacts.pipeline import make_pipeline

    (code,) = [block for block in re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL) if "find_hashtags" in block]
    plugin = types.ModuleType("hashtags")
    sys.modules["hashtags"] = plugin  # where dataclasses look for it
    exec(code, plugin.__dict__)
    pm.register(plugin, name="hashtags")
    try:
        text = "Es regnet in #Ulm und #Bremen."
        facts = make_pipeline("fast").extract(text, language="de").others["hashtags"]
    finally:
        pm.unregister(plugin)
        del sys.modules["hashtags"]
    assert [(fact.hashtag, text[fact.start : fact.end]) for fact in facts] == [("Ulm", "#Ulm"), ("Bremen", "#Bremen")]


def test_the_first_query_in_the_readme(demo_db: Path) -> None:
    queries = re.findall(r"```sql\n(.*?)```", README, flags=re.DOTALL)
    assert len(queries) == 2
    with closing(sqlite3.connect(demo_db)) as conn:
        register_functions(conn)
        for query in queries:
            assert conn.execute(query).fetchall(), query
