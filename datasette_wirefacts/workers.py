"""Articles -> outcomes, in the same order, by several processes; or by this one, where the articles are few.

Each process belongs to a thread that hands it one article at a time and waits. So it is known which article a process had when the
kernel killed it: that one is tried once more in a fresh process, and if it kills that too, it has failed. The others go on.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from datasette_wirefacts.articles import Outcome, extract_article, failed
from datasette_wirefacts.pipeline import Pipeline
from datasette_wirefacts.sources import Article, Source
from datasette_wirefacts.worker import receive, send

FEW = 40  # articles that this process extracts alone: the others would take longer to start
AHEAD = 8  # articles for each worker that are read before they are needed
AHEAD_CHARACTERS = 20_000_000
TRIES = 2


@dataclass(frozen=True, slots=True)
class Task:
    """An article to be extracted."""

    article: Article
    hash: str
    known: bool = False  # there is a document of it already

    @property
    def size(self) -> int:
        """Characters or bytes of the text."""
        return len(self.article.text) if isinstance(self.article.text, str | bytes) else 0


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(slots=True)
class Workers:
    """Up to ``count`` processes, started when they are needed and ended by ``close``.

    ``always``: even a single article goes to a process, which then stays; ``niceness`` is added to that of the processes.
    """

    count: int = 1
    always: bool = False
    niceness: int = 0
    _threads: ThreadPoolExecutor | None = None
    _own: threading.local = field(default_factory=threading.local)
    _processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _closed: bool = False

    def outcomes(self, tasks: Iterable[Task], source: Source, pipeline: Pipeline, engine: str) -> Iterator[tuple[Task, Outcome]]:
        """Each task with its outcome, in order."""
        tasks = iter(tasks)
        if not self.always:
            first = list(islice(tasks, FEW)) if self.count > 1 else []
            if self.count == 1 or len(first) < FEW:
                return _alone(chain(first, tasks), source, pipeline, engine)
            tasks = chain(first, tasks)
        try:
            pickle.dumps(pipeline)
        except Exception:  # a plugged-in extractor that no other process could find
            return _alone(tasks, source, pipeline, engine)
        return self._together(tasks, source, pipeline, engine)

    def _together(self, tasks: Iterator[Task], source: Source, pipeline: Pipeline, engine: str) -> Iterator[tuple[Task, Outcome]]:
        self._threads = self._threads or ThreadPoolExecutor(self.count, thread_name_prefix="wirefacts worker")
        ahead: deque[tuple[Task, Future[Outcome]]] = deque()
        characters = 0
        try:
            for task in tasks:
                ahead.append((task, self._threads.submit(self._extract, task, source, pipeline, engine)))
                characters += task.size
                while len(ahead) >= AHEAD * self.count or (ahead and characters > AHEAD_CHARACTERS):
                    done, future = ahead.popleft()
                    characters -= done.size
                    yield done, future.result()
            while ahead:
                done, future = ahead.popleft()
                yield done, future.result()
        finally:
            for _, future in ahead:
                future.cancel()

    def _extract(self, task: Task, source: Source, pipeline: Pipeline, engine: str) -> Outcome:
        """What a process of this thread's own makes of the task."""
        data = pickle.dumps((task.article, source, pipeline, task.hash, engine))
        ended = None
        for _ in range(TRIES):
            if self._closed:
                raise KeyboardInterrupt
            process = self._process()
            try:
                send(process.stdin, data)  # type: ignore[arg-type]
                answer = pickle.loads(receive(process.stdout))  # type: ignore[arg-type]
            except (EOFError, OSError):
                ended = self._discard(process)
                continue
            if isinstance(answer, (ImportError, AttributeError)):  # it cannot find a plugged-in extractor
                return extract_article(task.article, source, pipeline, hash=task.hash, engine=engine)
            if isinstance(answer, Exception):
                raise answer
            return answer  # type: ignore[no-any-return]
        if self._closed:
            raise KeyboardInterrupt
        return failed(task.article, f"The process that read this text was ended twice ({_reason(ended)}): is it too large?")

    def _process(self) -> subprocess.Popen[bytes]:
        process: subprocess.Popen[bytes] | None = getattr(self._own, "process", None)
        if process is None or process.poll() is not None:
            process = self._own.process = _start(self.niceness)
            self._processes.append(process)
            if self._closed:
                process.kill()
        return process

    def _discard(self, process: subprocess.Popen[bytes]) -> int:
        self._own.process = None
        _end(process)
        with suppress(ValueError):
            self._processes.remove(process)
        return process.returncode

    def kill(self) -> None:
        """Ends the processes at once, whatever they are doing: whoever waits for them hears KeyboardInterrupt. For any thread."""
        self._closed = True
        for process in list(self._processes):
            process.kill()

    def close(self) -> None:
        """Ends the processes, and the threads that they belong to."""
        self.kill()
        if self._threads:
            self._threads.shutdown(cancel_futures=True)
            self._threads = None
        for process in self._processes:
            _end(process)
        self._processes.clear()

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *error: Any) -> None:
        self.close()


def _alone(tasks: Iterable[Task], source: Source, pipeline: Pipeline, engine: str) -> Iterator[tuple[Task, Outcome]]:
    for task in tasks:
        yield task, extract_article(task.article, source, pipeline, hash=task.hash, engine=engine)


def _start(niceness: int) -> subprocess.Popen[bytes]:
    """A worker that finds the modules where this process does, and to which Ctrl-C does not come."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "datasette_wirefacts.worker", str(niceness)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)},
        process_group=0 if os.name == "posix" else None,
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream and not stream.closed:
            with suppress(OSError):  # what could not be sent to it any more
                stream.close()


def _reason(code: int | None) -> str:
    """
    >>> _reason(-9), _reason(1)
    ('signal 9', 'code 1')
    """
    return f"signal {-code}" if code is not None and code < 0 else f"code {code}"
