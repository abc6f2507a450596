"""demo.db -> docs/screenshot.png, taken with Chromium. Needs `pip install playwright` and Debian's chromium."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
PORT = 8093
PAGE = "/demo/quotes?kind=direct&_size=8&_col=speaker_id&_col=speaker_role&_col=quote&_col=cue&_col=published"
FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]


def take(address: str, target: Path) -> None:
    with tempfile.TemporaryDirectory() as profile, sync_playwright() as playwright:
        browser = playwright.chromium.launch_persistent_context(
            profile, executable_path="/usr/bin/chromium", args=FLAGS, viewport={"width": 1280, "height": 1350}
        )
        page = browser.new_page()
        page.goto(address)
        page.wait_for_timeout(500)
        page.screenshot(path=str(target))
        browser.close()


def main() -> None:
    serve = ["serve", str(ROOT / "demo.db"), "--metadata", str(ROOT / "metadata.yml"), "--setting", "suggest_facets", "off"]
    server = subprocess.Popen([sys.executable, "-m", "datasette", *serve, "--port", str(PORT)])
    address = f"http://127.0.0.1:{PORT}"
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(address + "/-/versions.json").close()
                break
            except OSError:
                time.sleep(0.1)
        (ROOT / "docs").mkdir(exist_ok=True)
        take(address + PAGE, ROOT / "docs" / "screenshot.png")
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
