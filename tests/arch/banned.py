#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""banned - functions that product code must not call, each with its replacement."""
import re

from tree import Fault, line_of, main

INSTEAD = {
    "strcpy": "text_copy()", "strcat": "buf_add()", "stpcpy": "text_copy()",
    "strncpy": "text_copy()", "strncat": "buf_add()",
    "sprintf": "snprintf() or buf_addf()", "vsprintf": "vsnprintf()", "gets": "read()",
    "strtok": "strchr() and friends", "strtok_r": "strchr() and friends",
    "atoi": "text_to_u64()", "atol": "text_to_u64()", "atoll": "text_to_u64()",
    "atof": "text_to_u64(); there are no fractions here",
    "scanf": "a parser", "fscanf": "a parser", "sscanf": "a parser", "vsscanf": "a parser",
    "system": "nothing: programs start no others", "popen": "nothing: programs start no others",
    "alloca": "a bounded array or the heap",
    "rand": "random_bytes()", "random": "random_bytes()", "srand": "random_bytes()",
    "signal": "sigaction()",
    "assert": "an enum err: a user's mistake stops no program",
    "abort": "an enum err",
    "getenv": "a row in lib/config/settings.c", "setenv": "a row in lib/config/settings.c",
    "putenv": "a row in lib/config/settings.c",
    "localtime": "localtime_r()", "gmtime": "gmtime_r()", "ctime": "instant_format()",
    "asctime": "instant_format()",
    "mktemp": "mkstemp()", "tmpnam": "mkstemp()", "tempnam": "mkstemp()",
    "sleep": "a wait that an event can end", "usleep": "a wait that an event can end",
    "gethostbyname": "getaddrinfo()",
    # json-c and jansson, which libjose brings, both have these; a program gets one of the two.
    "json_object_get": "json_put_copy(), or jansson's json_unpack()",
    "json_object_iter_next": "json_object_object_foreach, or jansson's json_unpack()",
}

# (file, function): why it is needed there.
EXCEPT = {
    ("lib/base/day.c", "setenv"): "tzset() takes the zone from TZ only",
    ("compose/socket-holder/attach.c", "setenv"): "nginx takes its sockets from its environment only",
}

# Not a member (a->signal(...)), not part of a longer name.
CALL = re.compile(r"(?<![\w.>])(" + "|".join(INSTEAD) + r")\s*\(")
ENVIRON = re.compile(r"\benviron\b")

# These outcomes are made together with their place in the code, see err.h.
BARE = re.compile(r"(?:\breturn|[^=!]=|\?|:)\s*(ERR_BUG|ERR_SYSTEM)\b(?!\s*\?)")

# A transfer whose URL is set elsewhere might use a proxy of the environment, or follow redirects.
TRANSFER = re.compile(r"\b(CURLOPT_URL|CURLOPT_FOLLOWLOCATION|CURLOPT_PROXY)\b")
MAY_ADDRESS_A_TRANSFER = "lib/adapters/curl/options.c"

# The environment is read once, by what every program starts with.
MAY_READ_ENVIRONMENT = "lib/program/options.c"


def check(tree):
    for path in tree.product():
        code = tree.code(path)
        for found in CALL.finditer(code):
            if (path, found[1]) not in EXCEPT:
                yield Fault(path, line_of(code, found.start()),
                            f"{found[1]}() is banned; use {INSTEAD[found[1]]}")
        for found in BARE.finditer(code):
            yield Fault(path, line_of(code, found.start(1)),
                        f"{found[1]} without its place; use {found[1]}_HERE()")
        for found in TRANSFER.finditer(code):
            if path != MAY_ADDRESS_A_TRANSFER:
                yield Fault(path, line_of(code, found.start()),
                            f"{found[1]} belongs to options_set(), which every transfer begins with")
        for found in ENVIRON.finditer(code):
            if path != MAY_READ_ENVIRONMENT:
                yield Fault(path, line_of(code, found.start()),
                            "the environment is read once, through lib/config/settings.c")


if __name__ == "__main__":
    main(check, "Each line names what to use instead.")
