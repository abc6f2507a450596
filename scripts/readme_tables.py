"""descriptions.toml -> the tables chapter of README.md, between its two marks. Usage: python scripts/readme_tables.py [--check]"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
BEGIN, END = "<!-- tables: made by scripts/readme_tables.py -->\n", "<!-- /tables -->\n"


def chapter(tables: dict[str, Any]) -> str:
    """A heading, a sentence and a list of columns for each table that has columns of ours."""
    return "\n".join(section(name, table) for name, table in tables.items() if "columns" in table)


def section(name: str, table: dict[str, Any]) -> str:
    hidden = " Hidden on the database page; its own page shows it." if table.get("hidden") else ""
    rows = "".join(f"| `{column}` | {meaning.replace('|', '&#124;')} |\n" for column, meaning in table["columns"].items())
    return f"#### `{name}`\n\n{table['description']}{hidden}\n\n| column | meaning |\n|---|---|\n{rows}"


def with_chapter(readme: str, tables: dict[str, Any]) -> str:
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{chapter(tables)}\n{END}{after}"


def main() -> None:
    readme = ROOT / "README.md"
    tables = tomllib.loads((ROOT / "datasette_wirefacts" / "descriptions.toml").read_text(encoding="utf-8"))["tables"]
    old = readme.read_text(encoding="utf-8")
    new = with_chapter(old, tables)
    if "--check" in sys.argv:
        sys.exit(f"{readme} does not match descriptions.toml: run python scripts/readme_tables.py" if old != new else 0)
    readme.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
