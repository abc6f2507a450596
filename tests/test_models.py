"""A damaged model of the package's, and pipelines of the user's: what is said, and what is still found."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from command_line import OPTIONS, ask, extract, failed
from datasette.cli import cli

from datasette_wirefacts import jobs
from datasette_wirefacts.extractors.entities import model
from datasette_wirefacts.languages import HERE, LanguagePack, load_pack
from datasette_wirefacts.pipeline import Pipeline, make_pipeline

SENTENCE = "Mit Halbritter und Vosskuhl verlassen zwei Stürmer den Verein."


def truncated(folder: Path) -> None:
    weights = folder / model.WEIGHTS
    weights.write_bytes(weights.read_bytes()[:100_000])


def garbled(folder: Path) -> None:
    content = bytearray((folder / model.SCALES).read_bytes())
    content[5_000:5_010] = b"\x00" * 10
    (folder / model.SCALES).write_bytes(content)


def without_weights(folder: Path) -> None:
    (folder / model.WEIGHTS).unlink()


def no_json(folder: Path) -> None:
    (folder / model.DESCRIPTION).write_text("{")


@pytest.fixture(params=[truncated, garbled, without_weights, no_json])
def damaged(request: pytest.FixtureRequest, tmp_path: Path) -> Pipeline:
    """A pipeline that reads German with a copy of the folder in which the model is damaged."""
    folder = tmp_path / "copy" / "de"
    shutil.copytree(HERE / "de", folder)
    request.param(folder)
    if request.param is without_weights:  # the package's own would be found instead
        assert model.damage(load_pack("de", (folder,)))
    return replace(make_pipeline("full"), languages=(folder,))


def test_rules_find_names_without_the_model(damaged: Pipeline, caplog: pytest.LogCaptureFixture) -> None:
    found = damaged.extract(f"Ina Vosskamp kam nach Wien. {SENTENCE}", language="de")
    assert not found.failures
    names = {entity.name for entity in found.entities}
    assert names >= {"Ina Vosskamp", "Wien"}
    assert "Vosskuhl" not in names
    assert {mention.source for entity in found.entities for mention in entity.mentions} == {"rules"}
    assert "rules alone" in caplog.text


def test_every_run_says_so(damaged: Pipeline, wire: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = jobs.make_pipeline
    monkeypatch.setattr(jobs, "make_pipeline", lambda *settings: damaged)
    for _ in range(2):
        result = extract(wire)
        assert result.exit_code == 0
        assert "is damaged" in result.stderr
        assert "names were found by rules alone. Install datasette-wirefacts again." in result.stderr
    assert [("rules alone" in message, status) for message, status in ask(wire, "SELECT message, status FROM wirefacts_runs")] == [
        (True, "done"),
        (True, "done"),
    ]
    assert set(ask(wire, "SELECT engine FROM documents")) == {"full 0.1.0 (rules alone)"}
    monkeypatch.setattr(jobs, "make_pipeline", sound)
    result = extract(wire)
    assert "(3 changed)" in result.stdout
    assert "damaged" not in result.stderr
    assert ask(wire, "SELECT message FROM wirefacts_runs ORDER BY id DESC LIMIT 1") == [None]


def test_the_fast_engine_needs_no_model(damaged: Pipeline) -> None:
    assert damaged.damage()
    assert replace(damaged, engine="fast").damage() is None
    assert replace(damaged, model="xx_small").damage() is None


def test_a_model_that_is_gone_is_missed(tmp_path: Path) -> None:
    folder = tmp_path / "de"
    shutil.copytree(HERE / "de", folder)
    (folder / model.DESCRIPTION).unlink()
    assert "is damaged" in (model.damage(LanguagePack("de", (HERE / "default", folder))) or "")
    assert model.damage(load_pack("fr")) is None


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bool], Path]:
    """A small pipeline with names, trained here, with or without a parser."""
    import spacy
    from spacy.training import Example
    from spacy.util import fix_random_seed

    def train(parser: bool) -> Path:
        path = tmp_path_factory.mktemp("model") / "small"
        fix_random_seed(3)
        nlp = spacy.blank("de")
        nlp.add_pipe("ner")
        if parser:
            nlp.add_pipe("parser", config={"min_action_freq": 1})
        words = ["Gestern", "sprach", "Quoxel", "in", "Zimbria", "mit", "Radunka", "."]
        examples = [
            Example.from_dict(
                nlp.make_doc(" ".join(words)),
                {
                    "entities": [(15, 21, "PER"), (25, 32, "GPE"), (37, 44, "CORP")],
                    "heads": [1, 1, 1, 1, 3, 1, 5, 1],
                    "deps": ["mo", "ROOT", "sb", "mo", "nk", "mo", "nk", "punct"],
                    "sent_starts": [1, 0, 0, 0, 0, 0, 0, 0],
                },
            )
        ]
        nlp.initialize(lambda: examples)
        for _ in range(60):
            nlp.update(examples)
        nlp.to_disk(path)
        return path

    return train


@pytest.mark.parametrize("parser", [False, True])
def test_a_small_trained_pipeline_names_things_and_rules_read_the_rest(parser: bool, trained: Callable[[bool], Path]) -> None:
    text = "Gestern sprach Quoxel in Zimbria mit Radunka . „Wir zahlen 3 Millionen Euro“, sagte Quoxel."
    found = make_pipeline("full", model=str(trained(parser))).extract(text, language="de")
    assert not found.failures
    names = {entity.name: entity for entity in found.entities}
    assert names["Quoxel"].kind == "person"
    assert names["Zimbria"].kind == "place"
    assert names["Quoxel"].mentions[0].source == "model"
    (quote,) = (quote for quote in found.quotes if quote.kind == "direct")
    assert quote.speaker
    assert quote.speaker.name == "Quoxel"
    assert any(figure.unit == "EUR" and figure.claimed_by == "Quoxel" for figure in found.figures)


@pytest.mark.parametrize("parser", [False, True])
def test_a_run_with_such_a_pipeline(parser: bool, trained: Callable[[bool], Path], wire: Path) -> None:
    path = str(trained(parser))
    result = extract(wire, *OPTIONS, "--model", path)
    assert result.exit_code == 0, result.output
    assert ask(wire, "SELECT DISTINCT engine FROM documents") == [f"full 0.1.0 {path}"]
    assert ask(wire, "SELECT count(*) FROM wirefacts_errors") == [0]


def test_a_missing_pipeline_is_answered_by_the_command_that_installs_it(wire: Path, tmp_path: Path) -> None:
    said = "Error: The spaCy pipeline 'de_nowhere_sm' is not installed: install it with `python -m spacy download de_nowhere_sm`"
    assert extract(wire, *OPTIONS).exit_code == 0
    assert failed(wire, *OPTIONS, "--model", "de_nowhere_sm").startswith(said)
    assert extract(wire, *OPTIONS).exit_code == 0, "a pipeline that is not there is not remembered"
    file = tmp_path / "text.txt"
    file.write_text("Es regnet.", encoding="utf-8")
    result = CliRunner().invoke(cli, ["wirefacts", "facts", "--model", "de_nowhere_sm", str(file)])
    assert result.exit_code == 1
    assert result.stderr.startswith(said)
