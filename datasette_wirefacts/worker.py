"""A worker process: tasks on standard input, outcomes on standard output, each a pickle with its length in front.

It knows no database. When its parent is gone, by whatever means, its standard input ends, and so does it.
"""

from __future__ import annotations

import os
import pickle
import struct
import sys
import threading
from queue import SimpleQueue
from typing import BinaryIO

LENGTH = struct.Struct("!Q")


def send(stream: BinaryIO, data: bytes) -> None:
    """Writes a message."""
    stream.write(LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: BinaryIO) -> bytes:
    """The next message. Raises EOFError where the other side is gone."""
    head = stream.read(LENGTH.size)
    data = stream.read(LENGTH.unpack(head)[0]) if len(head) == LENGTH.size else b""
    if len(head) < LENGTH.size or len(data) < LENGTH.unpack(head)[0]:
        raise EOFError
    return data


def main(niceness: int) -> None:
    """Answers tasks until the parent is gone."""
    tasks, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # what an extractor prints is no answer
    if niceness and hasattr(os, "nice"):
        os.nice(niceness)
    inbox: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(tasks, inbox), daemon=True).start()
    while True:
        send(answers, _answer(inbox.get()))


def _listen(tasks: BinaryIO, inbox: SimpleQueue[bytes]) -> None:
    """Ends the process with its parent, in the middle of a text too."""
    while True:
        try:
            inbox.put(receive(tasks))
        except EOFError:
            os._exit(0)


def _answer(data: bytes) -> bytes:
    from datasette_wirefacts.articles import extract_article

    try:
        article, source, pipeline, hash, engine = pickle.loads(data)
        return pickle.dumps(extract_article(article, source, pipeline, hash=hash, engine=engine))
    except Exception as error:  # the parent decides what it means
        try:
            return pickle.dumps(error)
        except Exception:
            return pickle.dumps(RuntimeError(f"{type(error).__name__}: {error}"))


if __name__ == "__main__":
    main(int(sys.argv[1]))
