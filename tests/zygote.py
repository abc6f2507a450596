"""A process that has loaded everything and forks a child for each command line that it reads: such runs start at once."""

from __future__ import annotations

import json
import os
import signal
import sys


def main() -> None:
    from datasette.cli import cli

    from datasette_wirefacts.pipeline import make_pipeline

    make_pipeline("fast").extract("Ein Satz, sagte Karl Muster.", language="de")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children are not waited for
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            try:
                cli(json.loads(line), standalone_mode=False)
            finally:
                os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main()
