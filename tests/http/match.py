# SPDX-License-Identifier: MIT
"""match - compares a response with the expected one; returns the differences as sentences."""
import json
import re

from case import PLACEHOLDER, value_of

TEXT_OR_PLACEHOLDER = re.compile(r'("(?:[^"\\]|\\.)*")|(\{\{[^{}]*\}\})')
REST = "..."  # this member stands for all others

TYPES = {
    "number": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "text": lambda value: isinstance(value, str),
    "instant": lambda value: isinstance(value, str)
    and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", value) is not None,
    "date": lambda value: isinstance(value, str)
    and re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None,
    "any": lambda value: True,
}

# The same within a text.
PATTERNS = {"number": r"\d+", "text": r".*", "instant": r"[0-9T:.Z-]+", "date": r"[0-9-]{10}",
            "any": r".*"}


def differences(example, answer, variables):
    """The differences of a response from the expected one. Adds the stored values to variables."""
    found = []
    if answer.status != example.status:
        found.append(f"status {answer.status}, not {example.status}")
    if example.slug and answer.problem != example.slug:
        found.append(f"problem {answer.problem}, not {example.slug}")
    if example.slug == "validation":
        found += fault_differences(example.faults, answer)
    if answer.body and not answer.body.endswith(b"\n"):
        found.append("the body does not end its last line")
    for name, value in example.expected_headers.items():
        shown = answer.headers.get(name.lower())
        if shown is None:
            found.append(f"no header {name}")
        else:
            found += pattern_differences(name, value, shown, variables)
    if example.expected_body is not None and not found:
        found += body_differences(example.expected_body, answer, variables)
    return found


def fault_differences(expected, answer):
    errors = answer.json.get("errors", []) if answer.problem == "validation" else []
    shown = {(error["pointer"], error["code"]) for error in errors}
    missing = [f"the fault {' '.join(fault)} is missing" for fault in sorted(expected - shown)]
    return missing + [f"unexpected fault {' '.join(fault)}" for fault in sorted(shown - expected)]


def body_differences(expected, answer, variables):
    try:
        return list(value_differences("$", json.loads(quote_bare(expected)), answer.json,
                                      variables))
    except ValueError as error:
        return [f"not JSON: {error}"]


def quote_bare(text):
    """Quotes bare {{placeholders}}, so that the expected body can be parsed as JSON."""
    return TEXT_OR_PLACEHOLDER.sub(lambda found: found[1] or f'"{found[2]}"', text)


def value_differences(place, expected, shown, variables):
    if isinstance(expected, dict) and isinstance(shown, dict):
        yield from object_differences(place, expected, shown, variables)
    elif isinstance(expected, list) and isinstance(shown, list):
        yield from array_differences(place, expected, shown, variables)
    elif isinstance(expected, str):
        yield from text_differences(place, expected, shown, variables)
    elif type(expected) is not type(shown) or expected != shown:
        yield f"{place} is {show(shown)}, not {show(expected)}"


def object_differences(place, expected, shown, variables):
    for name in expected.keys() - shown.keys() - {REST}:
        yield f"{place}.{name} is missing"
    if REST not in expected:
        for name in shown.keys() - expected.keys():
            yield f"{place}.{name} is {show(shown[name])}; it is not expected"
    for name in expected:
        if name in shown:
            yield from value_differences(f"{place}.{name}", expected[name], shown[name], variables)


def array_differences(place, expected, shown, variables):
    if len(expected) != len(shown):
        yield f"{place} has {len(shown)} items, not {len(expected)}: {show(shown)}"
        return
    for i, (one, other) in enumerate(zip(expected, shown)):
        yield from value_differences(f"{place}[{i}]", one, other, variables)


def text_differences(place, expected, shown, variables):
    whole = PLACEHOLDER.fullmatch(expected)
    if whole:
        yield from whole_differences(place, whole[1], shown, variables)
    elif not isinstance(shown, str):
        yield f"{place} is {show(shown)}, not {show(expected)}"
    else:
        yield from pattern_differences(place, expected, shown, variables)


def whole_differences(place, placeholder, shown, variables):
    """A placeholder in place of a whole value."""
    kind, _, name = placeholder.partition(":")
    if kind in TYPES:
        if not TYPES[kind](shown):
            yield f"{place} is {show(shown)}, not a {kind}"
        elif name:
            variables[name] = shown
    else:
        wanted = value_of(placeholder, variables).decode()
        if wanted != str(shown):
            yield f"{place} is {show(shown)}, not {show(wanted)}"


def pattern_differences(place, expected, shown, variables):
    """A text with placeholders in it."""
    pattern, names, end = "", [], 0
    for found in PLACEHOLDER.finditer(expected):
        kind, _, name = found[1].partition(":")
        pattern += re.escape(expected[end:found.start()])
        if kind in PATTERNS:
            names.append(name)
            pattern += f"({PATTERNS[kind]})"
        else:
            pattern += re.escape(value_of(found[1], variables).decode())
        end = found.end()
    matched = re.fullmatch(pattern + re.escape(expected[end:]), shown, re.DOTALL)
    if not matched:
        yield f"{place} is {show(shown)}, not {show(expected)}"
        return
    variables.update({name: value for name, value in zip(names, matched.groups()) if name})


def show(value):
    return json.dumps(value, ensure_ascii=False)
