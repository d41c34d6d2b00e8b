#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""
layers - includes point inwards only: base <- domain <- app <- adapters <- programs.

The two tables are the rule; docs/architecture.md draws it.
"""
import fnmatch

from tree import Fault, main

BASE = ("lib/base",)
DOMAIN = ("lib/domain", *BASE)
CONFIG = ("lib/config", *DOMAIN)
APP = ("lib/app", *CONFIG)
PROGRAM = ("lib/program", "lib/adapters/json", "lib/adapters/system", *APP)
STORES = ("lib/adapters/mariadb", "lib/composition")

# Files of a folder, or one file -> what they may include besides files of their own folder.
#
# "*" is one name. A name means a folder with all folders in it, a name with "/." only the files that lie
# in the folder itself: what the contexts below it share. Of several rows the longest one counts.
MAY_INCLUDE = {
    "lib/base": (),
    # A value of one context may hold a value of another: a booking holds its room's price.
    "lib/domain": DOMAIN,
    "lib/config": DOMAIN,
    # The ports name the values of every context. A use case knows its own context and the ports.
    "lib/app": APP,
    "lib/app/*": ("lib/app/.", *CONFIG),
    # An adapter knows no other adapter; all of them may use json, HTTP clients share curl. Texts are
    # composed where they come in, by json; a store decomposes what it searches.
    "lib/adapters/*": ("lib/adapters/json", *APP),
    "lib/adapters/unicode": DOMAIN,
    "lib/adapters/json": ("lib/adapters/unicode", *DOMAIN),
    "lib/adapters/http": ("lib/adapters/curl", "lib/adapters/json", *APP),
    "lib/adapters/smtp": ("lib/adapters/curl", "lib/adapters/json", *APP),
    "lib/adapters/webhook": ("lib/adapters/curl", "lib/adapters/json", *APP),
    # Stores of a context share connection, statements and outbox; no store knows another context's.
    "lib/adapters/mariadb": ("lib/adapters/mariadb", "lib/adapters/json", *APP),
    "lib/adapters/mariadb/*": ("lib/adapters/mariadb/.", "lib/adapters/json", *APP),
    "lib/adapters/mariadb/room": ("lib/adapters/mariadb/.", "lib/adapters/json", "lib/adapters/unicode", *APP),
    # What every program starts with, and what services and workers add to it. Services speak no AMQP:
    # their events leave by the outbox.
    "lib/program": PROGRAM,
    "fcgi": PROGRAM,
    "workers": ("lib/adapters/amqp", "lib/composition", *PROGRAM),
    # Handlers know their service and the use cases: no SQL, no broker, no other program.
    "fcgi/*": ("fcgi/.", "lib/program", "lib/adapters/json", *APP),
    "workers/*": ("workers/.", "lib/program", "lib/adapters/json", *APP),
    # The compositions: the only places where use cases meet their adapters.
    "lib/composition": ("lib/adapters/acquirer", "lib/adapters/amqp", "lib/adapters/booking_key", "lib/adapters/files", "lib/adapters/http", "lib/adapters/jose",
                        "lib/adapters/mariadb", "lib/adapters/oath", "lib/adapters/sodium", "lib/adapters/system",
                        "lib/adapters/zxcvbn", *APP),
    "fcgi/*/main.c": ("fcgi/.", *STORES, "lib/adapters/http", *PROGRAM),
    "workers/*/main.c": ("workers/.", *STORES, "lib/adapters", *PROGRAM),
    # Command-line programs.
    "tools/*": ("tools/common", *STORES, "lib/adapters/amqp", "lib/adapters/files", "lib/adapters/http", "lib/adapters/jose", *PROGRAM),
    "tools/cli": ("tools/common", "lib/program", "lib/adapters/csv", "lib/adapters/json", *APP),
    "tools/cli/main.c": ("tools/common", *STORES, "lib/adapters", *PROGRAM),
    "tools/migrate": ("tools/common", "lib/program", *APP),
    "compose/socket-holder": ("lib/program", "lib/adapters/system", *BASE),
}

# A library's headers -> the folders that may know it.
LIBRARIES = {
    "fcgiapp.h": ("fcgi", "tools/bench"),
    "fcgios.h": ("fcgi",),
    "fcgi_stdio.h": (),
    "mysql.h": ("lib/adapters/mariadb", "tools/bench", "tools/migrate", "tools/check"),
    "mysqld_error.h": ("lib/adapters/mariadb", "tools/migrate", "tools/check"),
    "errmsg.h": ("lib/adapters/mariadb", "tools/migrate", "tools/check"),
    "amqp.h": ("lib/adapters/amqp",),
    "amqp_framing.h": ("lib/adapters/amqp",),
    "amqp_tcp_socket.h": ("lib/adapters/amqp",),
    "rabbitmq-c/": ("lib/adapters/amqp",),
    "json-c/": ("lib/adapters/json", "fcgi", "tools"),
    "curl/": ("lib/adapters/curl", "lib/adapters/http", "lib/adapters/smtp", "lib/adapters/webhook"),
    "jose/": ("lib/adapters/jose",),
    "jansson.h": ("lib/adapters/jose",),
    "microhttpd.h": ("lib/adapters/system",),
    "csv.h": ("lib/adapters/csv",),
    "uninorm.h": ("lib/adapters/unicode",),
    "idn2.h": ("lib/adapters/unicode",),
    "linux/filter.h": ("lib/adapters/system",),
    "sodium.h": ("fcgi", "lib/program", "tools/check", "tools/cli", "lib/adapters/booking_key", "lib/adapters/jose", "lib/adapters/mariadb",
                 "lib/adapters/sodium", "lib/adapters/webhook"),
    "liboath/": ("lib/adapters/oath",),
    "zxcvbn.h": ("lib/adapters/zxcvbn",),
}

# The domain has no clock, no input, no output: of the C library these and no more.
DOMAIN_STANDARD = {"inttypes.h", "stdbool.h", "stddef.h", "stdint.h", "string.h", "stdio.h"}

STANDARD = DOMAIN_STANDARD | {
    "arpa/inet.h", "ctype.h", "dirent.h", "errno.h", "fcntl.h", "getopt.h", "grp.h", "ifaddrs.h",
    "limits.h", "net/if.h", "netdb.h", "netinet/in.h", "netinet/tcp.h", "poll.h", "pthread.h", "pwd.h", "sched.h",
    "search.h", "semaphore.h", "signal.h", "stdarg.h", "stdatomic.h", "stdlib.h", "stdnoreturn.h",
    "strings.h", "sys/epoll.h", "sys/eventfd.h", "sys/file.h", "sys/mman.h", "sys/prctl.h", "sys/random.h",
    "sys/resource.h", "sys/signalfd.h", "sys/socket.h", "sys/stat.h", "sys/statvfs.h", "sys/syscall.h",
    "sys/time.h", "sys/timerfd.h", "sys/types.h", "sys/uio.h", "sys/un.h", "sys/wait.h",
    "syslog.h", "time.h", "unistd.h",
}


def row_of(path):
    """The row of MAY_INCLUDE that a file falls under: the longest, and of two the one without a star."""
    parts = path.split("/")

    def is_row_of(row):
        names = row.split("/")
        is_file = row.endswith(".c")
        return (len(names) == len(parts) if is_file else len(names) < len(parts)) and \
            all(fnmatch.fnmatchcase(part, name) for part, name in zip(parts, names))
    return max(filter(is_row_of, MAY_INCLUDE), key=lambda row: (row.count("/"), -row.count("*")),
               default=None)


def target_of(tree, include):
    """The file that is meant: includes are written from lib/ or from the root."""
    known = set(tree.paths(".h"))
    return next((path for path in (f"lib/{include}", include) if path in known), None)


def folder_of(path):
    return path.rpartition("/")[0]


def is_within(path, folders):
    return any(folder_of(path) == folder[:-2] if folder.endswith("/.") else path.startswith(folder + "/")
               for folder in folders)


def own_check(tree, path, row, line, include):
    target = target_of(tree, include)
    if target is None:
        yield Fault(path, line, f'"{include}" is no file from lib/ or the root')
    elif folder_of(target) != folder_of(path) and not is_within(target, MAY_INCLUDE[row]):
        yield Fault(path, line, f'{row} may not include "{include}"')


def library_check(path, line, include):
    folder = folder_of(path)
    for header, folders in LIBRARIES.items():
        if include == header or (header.endswith("/") and include.startswith(header)):
            if not is_within(path, folders):
                yield Fault(path, line, f"{folder} may not know <{include}>")
            return
    if include not in (DOMAIN_STANDARD if path.startswith("lib/domain/") else STANDARD):
        yield Fault(path, line, f"{folder} may not know <{include}>")


def check(tree):
    for path in tree.product():
        row = row_of(path)
        if row is None:
            yield Fault(path, 0, "belongs to no layer that layers.py knows")
            continue
        for line, quote, include in tree.includes(path):
            if quote == '"':
                yield from own_check(tree, path, row, line, include)
            else:
                yield from library_check(path, line, include)


if __name__ == "__main__":
    main(check, "Includes point inwards: see docs/architecture.md and the table in this test.")
