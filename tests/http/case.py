"""
case - a golden case: what is sent, and what has to come back.

A file holds exchanges, one after the other, divided by a line of "===". An exchange:

    # Why it is so.
    given room price=1500
    eventually POST /books
    Content-Type: application/json

    {"guestId": {{guest}}, "roomId": {{room}}, ...}
    ---
    409 room-taken
    /startDate date.past
    Retry-After: {{number}}

    {"status": "Booked", "...": "..."}

Before the request line "given" makes a room or a book to work with and leaves its id in {{room}} or
{{book}} ("as NAME" names it otherwise). "eventually" asks again until the answer is as it has to be;
"internal" asks as a service does. A body without Content-Type is JSON; "Content-Type: none" sends
none. Several request lines: the same for each of them.

The answer: status, the problem's slug if it is one, every fault of a validation (pointer and code),
headers, and after an empty line the body. A body has to be told whole, unless an object has the
member "...". {{type}} stands for any value of that type and {{type:name}} keeps it: number, text,
instant, date, any. In what is sent and expected:

    {{name}}          what was kept; host, guest, other: people nobody else is; unique: a word
    {{day+7}}         a date so many days from today, in Asia/Seoul; {{compact+7}} as 20270505
    {{repeat 9 x}}    a text nine times; {{hex ff00}}: bytes
"""
import dataclasses
import datetime
import pathlib
import re
import zoneinfo

PLACEHOLDER = re.compile(r"\{\{([^{}]*)\}\}")
REQUEST = re.compile(r"((?:eventually |internal )*)([A-Z]+) (/.*)")
ZONE = zoneinfo.ZoneInfo("Asia/Seoul")


@dataclasses.dataclass
class Exchange:
    """One request and its answer, as the file has them."""
    line: int  # where it begins
    why: str = ""
    given: list = dataclasses.field(default_factory=list)
    eventually: bool = False
    internal: bool = False
    method: str = ""
    path: str = ""
    headers: dict = dataclasses.field(default_factory=dict)
    body: str | None = None
    status: int = 0
    slug: str | None = None
    faults: set = dataclasses.field(default_factory=set)
    expected_headers: dict = dataclasses.field(default_factory=dict)
    expected_body: str | None = None


def read(path):
    """The exchanges of a file. ValueError names the line of what is no exchange."""
    lines = pathlib.Path(path).read_text(encoding="utf-8").splitlines()
    exchanges, begin = [], 0
    for i, line in enumerate(lines + ["==="]):
        if line == "===":
            exchanges += _exchanges(lines[begin:i], begin + 1)
            begin = i + 1
    return exchanges


def _exchanges(lines, number):
    if lines.count("---") != 1:
        raise ValueError(f"line {number}: an exchange has one line of ---")
    middle = lines.index("---")
    exchange = Exchange(number)
    head, exchange.body = _parts(lines[:middle])
    answer, exchange.expected_body = _parts(lines[middle + 1:])
    requests = _read_request(exchange, head)
    _read_answer(exchange, answer)
    return [_asking(exchange, *request, first=i == 0) for i, request in enumerate(requests)]


def _asking(exchange, *request, first):
    """The exchange with one of its request lines; what is given is made with the first."""
    *flags, method, path = request
    return dataclasses.replace(exchange, method=method, path=path, internal="internal" in flags,
                               eventually="eventually" in flags,
                               given=exchange.given if first else [])


def _parts(lines):
    """The lines before the first empty one that follows something, and the text after it."""
    while lines and not lines[0]:
        lines = lines[1:]
    end = lines.index("") if "" in lines else len(lines)
    body = "\n".join(lines[end + 1:])
    return lines[:end], body.strip("\n") or None


def _read_request(exchange, lines):
    """Reads all but the request lines, which it returns."""
    requests = []
    for line in lines:
        if line.startswith("#"):
            exchange.why = f"{exchange.why} {line[1:].strip()}".strip()
        elif line.startswith("given "):
            exchange.given.append(line.split()[1:])
        elif found := REQUEST.fullmatch(line):
            requests.append([*found[1].split(), found[2], found[3]])
        else:
            name, value = line.split(":", 1)
            exchange.headers[name] = value.strip()
    if not requests:
        raise ValueError(f"line {exchange.line}: no request")
    return requests


def _read_answer(exchange, lines):
    status, *slug = lines[0].split()
    exchange.status, exchange.slug = int(status), slug[0] if slug else None
    for line in lines[1:]:
        if line[0] in '/"':
            pointer, code = line.split()
            exchange.faults.add((pointer.strip('"'), code))
        else:
            name, value = line.split(":", 1)
            exchange.expected_headers[name] = value.strip()


def fill(text, variables):
    """The text as bytes, with every placeholder filled in; KeyError for an unknown one."""
    parts, end = [], 0
    for found in PLACEHOLDER.finditer(text):
        parts += [text[end:found.start()].encode(), value_of(found[1], variables)]
        end = found.end()
    return b"".join([*parts, text[end:].encode()])


def value_of(placeholder, variables):
    word, _, rest = placeholder.partition(" ")
    if word == "repeat":
        times, text = rest.split(" ", 1)
        return text.encode() * int(times)
    if word == "hex":
        return bytes.fromhex(rest)
    shown = day_of(placeholder)
    return (str(variables[placeholder]) if shown is None else shown).encode()


def day_of(placeholder):
    found = re.fullmatch(r"(day|compact)([+-]\d+)", placeholder)
    if not found:
        return None
    day = datetime.datetime.now(ZONE).date() + datetime.timedelta(days=int(found[2]))
    return day.isoformat().replace("-", "" if found[1] == "compact" else "-")
