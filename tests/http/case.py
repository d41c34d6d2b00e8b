# SPDX-License-Identifier: MIT
"""
case - reads golden cases: requests and their expected responses.

A file holds examples, separated by lines of "===". An example:

    # What it shows.
    given room price=1500
    eventually POST /books
    Content-Type: application/json

    {"guestId": {{guest}}, "roomId": {{room}}, ...}
    ---
    409 room-taken
    /startDate date.past
    Retry-After: {{number}}

    {"status": "Booked", "...": "..."}

Before the request line, "given" makes a room or a booking and stores its id as {{room}} or {{book}}
("as NAME" gives it another name). "eventually" repeats the request until the response is as expected.
"internal" sends it to the internal listener, as a service does. A body without Content-Type is JSON;
"Content-Type: none" sends none. Several request lines make one example each.

The expected response: status, the slug of a problem, every fault of a validation (pointer and code),
headers, and after an empty line the body. A body must be complete, unless an object has the member
"...". {{type}} matches any value of that type, and {{type:name}} also stores it: number, text,
instant, date, any. In requests and expected responses:

    {{name}}          a stored value; host, guest, other: unique people; unique: a unique word
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
class Example:
    """One request and its expected response, as the file has them."""
    line: int  # of the file, where it begins
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
    """The examples of a file. ValueError names the line of an invalid one."""
    lines = pathlib.Path(path).read_text(encoding="utf-8").splitlines()
    examples, begin = [], 0
    for i, line in enumerate(lines + ["==="]):
        if line == "===":
            examples += _examples(lines[begin:i], begin + 1)
            begin = i + 1
    return examples


def _examples(lines, number):
    if lines.count("---") != 1:
        raise ValueError(f"line {number}: an example needs exactly one line of ---")
    middle = lines.index("---")
    example = Example(number)
    head, example.body = _parts(lines[:middle])
    answer, example.expected_body = _parts(lines[middle + 1:])
    requests = _read_request(example, head)
    _read_answer(example, answer)
    return [_with_request(example, *request, first=i == 0) for i, request in enumerate(requests)]


def _with_request(example, *request, first):
    """The example with one of its request lines; only the first makes what is given."""
    *flags, method, path = request
    return dataclasses.replace(example, method=method, path=path, internal="internal" in flags,
                               eventually="eventually" in flags,
                               given=example.given if first else [])


def _parts(lines):
    """The lines before the first empty line (leading ones are skipped), and the text after it."""
    while lines and not lines[0]:
        lines = lines[1:]
    end = lines.index("") if "" in lines else len(lines)
    body = "\n".join(lines[end + 1:])
    return lines[:end], body.strip("\n") or None


def _read_request(example, lines):
    """Reads all but the request lines, which it returns."""
    requests = []
    for line in lines:
        if line.startswith("#"):
            example.why = f"{example.why} {line[1:].strip()}".strip()
        elif line.startswith("given "):
            example.given.append(line.split()[1:])
        elif found := REQUEST.fullmatch(line):
            requests.append([*found[1].split(), found[2], found[3]])
        else:
            name, value = line.split(":", 1)
            example.headers[name] = value.strip()
    if not requests:
        raise ValueError(f"line {example.line}: no request")
    return requests


def _read_answer(example, lines):
    status, *slug = lines[0].split()
    example.status, example.slug = int(status), slug[0] if slug else None
    for line in lines[1:]:
        if line[0] in '/"':
            pointer, code = line.split()
            example.faults.add((pointer.strip('"'), code))
        else:
            name, value = line.split(":", 1)
            example.expected_headers[name] = value.strip()


def fill(text, variables):
    """The text as bytes, with all placeholders replaced. KeyError: an unknown one."""
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
