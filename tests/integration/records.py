# SPDX-License-Identifier: MIT
"""FastCGI conversations of a web server, whole and broken."""
import socket
import struct

BEGIN, ABORT, END, PARAMS, STDIN, STDOUT, STDERR, DATA, GET_VALUES = range(1, 10)
RESPONDER = struct.pack(">HB5x", 1, 0)
CONTENT_MAX = 0xFFFF


def record(kind, content=b"", request=1, padding=0, version=1):
    return struct.pack(">BBHHBx", version, kind, request, len(content), padding) + content + bytes(padding)


def length(n):
    return bytes([n]) if n < 128 else struct.pack(">I", 0x80000000 | n)


def pair(name, value):
    return length(len(name)) + length(len(value)) + name + value


def stream(kind, content):
    """The records of a stream, and its end."""
    parts = [content[at:at + CONTENT_MAX] for at in range(0, len(content), CONTENT_MAX)]
    return [record(kind, part) for part in [*parts, b""]]


def request(method, path, body=b"", **more):
    """The records of a whole request."""
    params = {"REQUEST_METHOD": method, "DOCUMENT_URI": path, "CONTENT_TYPE": "application/json",
              "CONTENT_LENGTH": str(len(body)), **more}
    pairs = b"".join(pair(name.encode(), value.encode()) for name, value in params.items())
    return [record(BEGIN, RESPONDER), *stream(PARAMS, pairs), *stream(STDIN, body)]


# The record that ended a process by an assertion of libfcgi.
GIGABYTES = b"".join([record(BEGIN, RESPONDER),
                      record(PARAMS, struct.pack(">II", 0xC0000000, 0xC0000000) + b"A" * 50),
                      record(PARAMS), record(STDIN)])

# More variables than libfcgi has room for on its stack, which they overran.
VALUES = record(GET_VALUES, pair(b"FCGI_MPXS_CONNS", b"") * 20, request=0)


def connected(path, seconds=30):
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(str(path))
    connection.settimeout(seconds)
    return connection


def receive(connection):
    """Everything up to the end of the connection."""
    parts = []
    try:
        while part := connection.recv(1 << 16):
            parts.append(part)
    except (ConnectionResetError, BrokenPipeError):
        pass
    return b"".join(parts)


def converse(path, parts, finish=True):
    """Sends the parts, and ends its own direction if finish is true. What is answered."""
    with connected(path) as connection:
        try:
            for part in parts:
                connection.sendall(part)
            if finish:
                connection.shutdown(socket.SHUT_WR)
        except (ConnectionResetError, BrokenPipeError):
            pass  # refused before all was sent
        return receive(connection)


def answer(received):
    """The text that a response's records have, or None if it is not complete."""
    text = b""
    while len(received) >= 8:
        _, kind, _, size, padding = struct.unpack(">BBHHB", received[:7])
        if kind == STDOUT:
            text += received[8:8 + size]
        received = received[8 + size + padding:]
        if kind == END:
            return text.decode()
    return None


# ---- mutations ----------------------------------------------------------------------------------------

def any_record(rng):
    content = rng.randbytes(rng.choice([0, 1, 8, 50, 300]))
    return record(rng.randrange(13), content, request=rng.choice([0, 1, 2, 65535]), padding=rng.choice([0, 255]),
                  version=rng.choice([1, 1, 1, 0, 255]))


def any_pairs(rng):
    """Parameters whose lengths and texts may be anything."""
    lengths = [0, 1, 127, 128, 255, 0x7FFFFFFF, 0x80000000, 0x80000001, 0x8000FFFF, 0xC0000000, 0xFFFFFFFF]
    pairs = b""
    for _ in range(rng.randrange(1, 20)):
        for _ in range(2):
            n = rng.choice(lengths)
            pairs += bytes([n]) if n < 256 else struct.pack(">I", n)
        pairs += rng.randbytes(rng.randrange(200))
    return record(PARAMS, pairs)


def changed(rng, records):
    at = rng.randrange(len(records))
    case = rng.randrange(9)
    if case == 0:
        records[at] = any_record(rng)
    elif case == 1:
        records.insert(at, any_record(rng))
    elif case == 2:
        del records[at]
    elif case == 3:
        records.insert(at, rng.choice(records))
    elif case == 4:
        rng.shuffle(records)
    elif case == 5:
        records[at] = any_pairs(rng)
    elif case == 6:
        records.insert(at, rng.choice([GIGABYTES, VALUES, record(ABORT)]))
    else:
        broken = bytearray(records[at])
        for _ in range(rng.randrange(1, 5)):
            broken[rng.randrange(min(len(broken), 8 if case == 7 else len(broken)))] = rng.randrange(256)
        records[at] = bytes(broken)
    return records or [b"\1"]


def mutated(rng):
    """The parts of a conversation that a web server would not have."""
    body = rng.choice([b"", b'{"text":"hello","number":5}', rng.randbytes(300), b" " * 70000])
    more = {f"HTTP_X_{n}": "v" * rng.choice([0, 1, 200, 3000]) for n in range(rng.randrange(5))}
    records = request(rng.choice(["GET", "POST", "PUT", "\0", ""]), rng.choice(["/effects", "/notes", "/", "\0x"]),
                      body, **more)
    for _ in range(rng.randrange(1, 4)):
        records = changed(rng, records)
    whole = b"".join(records)
    if rng.random() < 0.2:
        whole = whole[:rng.randrange(len(whole) + 1)]
    if rng.random() < 0.8:
        return [whole]
    cuts = sorted(rng.randrange(len(whole) + 1) for _ in range(rng.randrange(1, 6)))
    return [whole[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(whole)])]
