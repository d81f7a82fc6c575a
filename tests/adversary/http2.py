"""HTTP/2 and gRPC's frames by hand, for clients that break the rules.

A Connection writes whatever it is told to, and reads with patience:

    with Connection(address) as connection:
        stream = connection.open("/shop.Customers/Create")
        connection.data(stream, message(b"..."), end=True)
        print(connection.answer(stream).status)
"""

import socket
import struct
import time

DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = (
    0, 1, 3, 4, 6, 7, 8)
END_STREAM, END_HEADERS, ACK = 1, 4, 1
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
CANCEL = (8).to_bytes(4, "big")  # of RST_STREAM
PATIENCE = 20  # seconds

# Of the static table of HPACK (RFC 7541) what answers use.
STATIC = {8: ":status", 31: "content-type"}
STATIC_SIZE = 61


def frame(kind, flags, stream, payload=b""):
    return (struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) +
            struct.pack(">I", stream) + payload)


def integer(value, bits, first=0):
    """A number as HPACK writes it, behind the bits of `first`."""
    most = (1 << bits) - 1
    if value < most:
        return bytes([first | value])
    out = [first | most]
    value -= most
    while value >= 128:
        out.append(value % 128 | 128)
        value //= 128
    return bytes(out + [value])


def literal(name, value, indexed=False):
    """A header, not compressed; in the other's table from then on if indexed."""
    name, value = name.encode(), value.encode()
    return ((b"\x40" if indexed else b"\0") + integer(len(name), 7) + name +
            integer(len(value), 7) + value)


def message(wire, compressed=False):
    """A message of gRPC."""
    return bytes([compressed]) + struct.pack(">I", len(wire)) + wire


def fields_of(path, extra=()):
    return [(":method", "POST"), (":scheme", "http"), (":path", path),
            (":authority", "test"), ("te", "trailers"),
            ("content-type", "application/grpc"), ("user-agent", "adversary"),
            *extra]


def headers(path, extra=(), indexed=False):
    return b"".join(literal(name, value, indexed)
                    for name, value in fields_of(path, extra))


def repeated_headers(path):
    """Those that were indexed, as the first of a connection, once more: a byte
    each."""
    count = len(fields_of(path))
    return bytes(0x80 | STATIC_SIZE + count - i for i in range(count))


class Answer:
    """What came on a stream; `status` is None until it is over."""

    def __init__(self):
        self.fields = {}
        self.data = b""
        self.reset = None
        self.over = False

    @property
    def status(self):
        code = self.fields.get("grpc-status")
        return None if code is None else int(code)

    @property
    def message(self):
        return self.fields.get("grpc-message", "")


class Connection:

    def __init__(self, address, settings=b"", acknowledges=True):
        if address.startswith("unix:"):
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.connect(address[len("unix:"):])
        else:
            host, port = address.rsplit(":", 1)
            self.socket = socket.create_connection((host, int(port)), PATIENCE)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answers = {}
        self.pings = []  # of the server, which were not answered
        self.goaway = None
        self.closed = False
        self._acknowledges = acknowledges
        self._next = 1
        self._input = b""
        self._names = []  # HPACK's dynamic table, the latest first
        self.send(PREFACE + frame(SETTINGS, 0, 0, settings))

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.socket.close()

    def send(self, data):
        self.socket.settimeout(PATIENCE)
        self.socket.sendall(data)

    def _reply(self, data):
        try:
            self.send(data)
        except ConnectionError:
            pass  # the next read finds it closed

    # Requests.

    def new_stream(self):
        stream = self._next
        self._next += 2
        self.answers[stream] = Answer()
        return stream

    def open(self, path, extra=(), end=False):
        stream = self.new_stream()
        flags = END_HEADERS | (END_STREAM if end else 0)
        self.send(frame(HEADERS, flags, stream, headers(path, extra)))
        return stream

    def data(self, stream, payload, end=False, part=16384):
        parts = [payload[i:i + part] for i in range(0, len(payload), part)]
        for i, one in enumerate(parts or [b""]):
            last = end and i == max(len(parts), 1) - 1
            self.send(frame(DATA, END_STREAM if last else 0, stream, one))

    def call(self, path, wire, extra=(), compressed=False):
        stream = self.open(path, extra)
        self.data(stream, message(wire, compressed), end=True)
        return self.answer(stream)

    # Answers.

    def answer(self, stream, patience=PATIENCE):
        """That of the stream, when it is over or the patience is."""
        answer = self.answers[stream]
        self.read_until(lambda: answer.over, patience)
        return answer

    def read_until(self, done, patience=PATIENCE, answer_pings=True):
        end = time.monotonic() + patience
        while not done() and not self.closed:
            left = end - time.monotonic()
            if left <= 0:
                return False
            self._read(left, answer_pings)
        return done()

    def _read(self, patience, answer_pings):
        self.socket.settimeout(patience)
        try:
            got = self.socket.recv(1 << 16)
        except socket.timeout:
            return
        except OSError:
            got = b""
        if not got:
            self.closed = True
            for answer in self.answers.values():
                answer.over = True
        self._input += got
        while len(self._input) >= 9:
            size = int.from_bytes(self._input[:3], "big")
            if len(self._input) < 9 + size:
                break
            kind, flags = self._input[3], self._input[4]
            stream = int.from_bytes(self._input[5:9], "big") & 0x7fffffff
            payload = self._input[9:9 + size]
            self._input = self._input[9 + size:]
            self._take(kind, flags, stream, payload, answer_pings)

    def _take(self, kind, flags, stream, payload, answer_pings):
        answer = self.answers.setdefault(stream, Answer())
        if kind == HEADERS:
            assert flags & END_HEADERS, "no continuations here"
            answer.fields.update(self._fields(payload))
        elif kind == DATA:
            answer.data += payload
            if payload:
                grown = struct.pack(">I", len(payload))
                self._reply(frame(WINDOW_UPDATE, 0, 0, grown))
        elif kind == RST_STREAM:
            answer.reset = int.from_bytes(payload, "big")
            answer.over = True
        elif kind == SETTINGS and not flags & ACK and self._acknowledges:
            self._reply(frame(SETTINGS, ACK, 0))
        elif kind == PING and not flags & ACK:
            if answer_pings:
                self._reply(frame(PING, ACK, 0, payload))
            else:
                self.pings.append(payload)
        elif kind == GOAWAY:
            self.goaway = int.from_bytes(payload[4:8], "big")
        if kind in (HEADERS, DATA) and flags & END_STREAM:
            answer.over = True

    def _fields(self, block):
        """The headers, as far as they are not compressed by Huffman's code."""
        fields = {}
        at = 0

        def number(bits):
            nonlocal at
            most = (1 << bits) - 1
            value = block[at] & most
            at += 1
            if value == most:
                shift = 0
                while True:
                    byte = block[at]
                    at += 1
                    value += (byte & 127) << shift
                    shift += 7
                    if not byte & 128:
                        break
            return value

        def text():
            nonlocal at
            packed = block[at] & 128
            size = number(7)
            value = block[at:at + size]
            at += size
            return "?" if packed else value.decode("latin-1")

        def known(index):
            if index <= STATIC_SIZE:
                return STATIC.get(index, f"static-{index}"), ""
            return self._names[index - STATIC_SIZE - 1]

        while at < len(block):
            first = block[at]
            if first & 128:
                name, value = known(number(7))
            elif first & 0xe0 == 0x20:
                number(5)
                continue
            else:
                adds = bool(first & 0x40)
                index = number(6 if adds else 4)
                name = known(index)[0] if index else text()
                value = text()
                if adds:
                    self._names.insert(0, (name, value))
            fields[name] = value
        return fields
