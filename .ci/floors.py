"""Measure the facts against annotated texts outside this repository; fail below the floors. Usage: floors.py SHARED_FOLDER"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

# The lowest value of each measure, in per cent. Raise one when the rules have got better; never lower one.
FLOORS = {"quotes joint F1": 74.0, "direct quotes exact F1": 88.5, "figures hard-de": 98.0, "reference dispatch": 100.0}


def run(*command: object) -> str:
    """The standard output of a script; the reference check exits 1 while anything differs, and that is no failure here."""
    return subprocess.run([sys.executable, *map(str, command)], stdout=subprocess.PIPE, text=True, check=False).stdout


class Measure:
    """Runs the project's command line and the scorers on files of a working folder."""

    def __init__(self, shared: Path, work: Path) -> None:
        self.gold, self.score, self.work = shared / "gold", shared / "score", work

    def facts(self, name: str, lines: str) -> tuple[Path, Path]:
        source, facts = self.work / f"{name}.in.jsonl", self.work / f"{name}.jsonl"
        source.write_text(lines, encoding="utf-8")
        facts.write_text(run("-m", "datasette", "wirefacts", "facts", source), encoding="utf-8")
        return source, facts

    def quotes(self) -> dict[str, float]:
        dev, system, report = self.gold / "quotes" / "dev", self.work / "system.jsonl", self.work / "report.json"
        _, facts = self.facts("quotes", run(self.score / "quotes_input.py", dev))
        system.write_text(run(self.score / "quotes_from_facts.py", facts), encoding="utf-8")
        run(self.score / "score_quotes.py", "--gold", dev, "--system", system, "--json", report)
        found = json.loads(report.read_text(encoding="utf-8"))
        return {
            "quotes joint F1": 100 * found["official"]["joint"]["f1"],
            "direct quotes exact F1": 100 * found["detail"]["Direct"]["exact"]["f1"],
        }

    def figures(self) -> dict[str, float]:
        script, cases = self.score / "score_figures.py", self.gold / "figures" / "hard-de.jsonl"
        _, facts = self.facts("figures", run(script, "--cases", cases, "--make-input"))
        return {"figures hard-de": share(r"ALL\s+(\d+)/(\d+)", run(script, "--cases", cases, "--system", facts))}

    def reference(self) -> dict[str, float]:
        (path,) = (self.gold / "seed").glob("*.txt")
        line = json.dumps({"id": "reference", "text": path.read_text(encoding="utf-8"), "language": "de"}, ensure_ascii=False)
        output = run(self.score / "check_seed.py", *self.facts("reference", line + "\n"))
        return {"reference dispatch": share(r"reference dispatch: (\d+) of (\d+)", output)}


def share(pattern: str, output: str) -> float:
    found = re.search(pattern, output)
    return 100 * int(found[1]) / int(found[2]) if found else 0.0


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        measure = Measure(Path(sys.argv[1]).resolve(), Path(folder))
        values = measure.quotes() | measure.figures() | measure.reference()
    below = 0
    for name, floor in FLOORS.items():
        below += values[name] < floor
        print(f"{'ok    ' if values[name] >= floor else 'FAILED'} {name}: {values[name]:.1f} (floor {floor:.0f})")
    print(f"{len(FLOORS) - below} passed, {below} failed")
    sys.exit(below > 0)


if __name__ == "__main__":
    main()
