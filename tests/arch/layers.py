#!/usr/bin/python3
"""
layers - includes point inwards only: base <- domain <- app <- adapters <- programs.

The two tables are the rule; docs/architecture.md draws it.
"""
from tree import Fault, main

# folder -> folders it may include from, besides itself. The longest matching name counts.
MAY_INCLUDE = {
    "lib/base": (),
    "lib/domain": ("lib/base",),
    "lib/config": ("lib/domain", "lib/base"),
    "lib/app": ("lib/config", "lib/domain", "lib/base"),
    "lib/adapters/system": ("lib/app", "lib/config", "lib/domain", "lib/base"),
    "lib/adapters/json": ("lib/domain", "lib/base"),
    # Every other adapter: json is the one that others may use.
    "lib/adapters": ("lib/adapters/json", "lib/app", "lib/config", "lib/domain", "lib/base"),
    # The chassis. fcgi never speaks AMQP: events leave by the outbox.
    "fcgi": ("lib/adapters/json", "lib/adapters/system", "lib/app", "lib/config", "lib/domain", "lib/base"),
    "workers": ("lib/adapters/amqp", "lib/adapters/json", "lib/adapters/system", "lib/app",
                "lib/config", "lib/domain", "lib/base"),
    # Handlers know their chassis and the use cases. No SQL, no broker, no other program.
    "fcgi/*": ("fcgi", "lib/adapters/json", "lib/app", "lib/config", "lib/domain", "lib/base"),
    "workers/*": ("workers", "lib/adapters/json", "lib/app", "lib/config", "lib/domain", "lib/base"),
    # The compositions: the only places where use cases meet their adapters.
    "lib/composition": ("lib/adapters/mariadb", "lib/app", "lib/config", "lib/domain", "lib/base"),
    "fcgi/*/main.c": ("fcgi", "lib/composition", "lib/adapters", "lib/app", "lib/config", "lib/domain",
                      "lib/base"),
    "workers/*/main.c": ("workers", "lib/composition", "lib/adapters", "lib/app", "lib/config", "lib/domain",
                         "lib/base"),
    # Programs of their own beside the services.
    "tools": ("tools/common", "lib/adapters/amqp", "lib/adapters/http", "lib/adapters/json",
              "lib/adapters/mariadb", "lib/adapters/system", "lib/app", "lib/config", "lib/domain", "lib/base"),
    "tools/cli": ("lib/adapters/csv", "lib/adapters/json", "lib/app", "lib/config", "lib/domain", "lib/base"),
    "tools/cli/main.c": ("lib/composition", "lib/adapters", "lib/app", "lib/config", "lib/domain", "lib/base"),
    "tools/migrate": ("lib/app", "lib/config", "lib/domain", "lib/base"),
    "compose/socket-holder": ("lib/adapters/system", "lib/base"),
}

# A composition of fcgi may include any adapter but this one.
NEVER = {"fcgi/*/main.c": ("lib/adapters/amqp",)}

# A library's headers -> the folders that may know it.
LIBRARIES = {
    "fcgiapp.h": ("fcgi",),
    "fcgios.h": ("fcgi",),
    "fcgi_stdio.h": (),
    "mysql.h": ("lib/adapters/mariadb", "tools/migrate", "tools/check"),
    "mysqld_error.h": ("lib/adapters/mariadb", "tools/migrate", "tools/check"),
    "errmsg.h": ("lib/adapters/mariadb", "tools/migrate", "tools/check"),
    "amqp.h": ("lib/adapters/amqp",),
    "amqp_framing.h": ("lib/adapters/amqp",),
    "amqp_tcp_socket.h": ("lib/adapters/amqp",),
    "rabbitmq-c/": ("lib/adapters/amqp",),
    "json-c/": ("lib/adapters/json", "fcgi", "tools"),
    "curl/": ("lib/adapters/http", "lib/adapters/smtp", "lib/adapters/webhook"),
    "microhttpd.h": ("lib/adapters/system",),
    "csv.h": ("lib/adapters/csv",),
    "linux/filter.h": ("lib/adapters/system",),
    "sodium.h": ("fcgi", "tools/cli", "lib/adapters/webhook"),
}

# The domain has no clock, no input, no output: of the C library these and no more.
DOMAIN_STANDARD = {"inttypes.h", "stdbool.h", "stddef.h", "stdint.h", "string.h", "stdio.h"}

STANDARD = DOMAIN_STANDARD | {
    "arpa/inet.h", "ctype.h", "dirent.h", "errno.h", "fcntl.h", "getopt.h", "grp.h", "ifaddrs.h",
    "limits.h", "net/if.h", "netdb.h", "netinet/in.h", "netinet/tcp.h", "poll.h", "pthread.h", "pwd.h", "sched.h",
    "semaphore.h", "signal.h", "stdarg.h", "stdatomic.h", "stdlib.h", "stdnoreturn.h",
    "strings.h", "sys/eventfd.h", "sys/file.h", "sys/mman.h", "sys/prctl.h", "sys/random.h",
    "sys/resource.h", "sys/signalfd.h", "sys/socket.h", "sys/stat.h", "sys/statvfs.h", "sys/syscall.h",
    "sys/time.h", "sys/timerfd.h", "sys/types.h", "sys/uio.h", "sys/un.h", "sys/wait.h",
    "syslog.h", "time.h", "unistd.h",
}


def row_of(path):
    """The row of MAY_INCLUDE that a file falls under."""
    parts = path.split("/")
    names = [path]
    if len(parts) == 3:
        names += [f"{parts[0]}/*/{parts[2]}", f"{parts[0]}/*"]
    names += ["/".join(parts[:n]) for n in range(len(parts) - 1, 0, -1)]
    return next((name for name in names if name in MAY_INCLUDE), None)


def target_of(tree, include):
    """The file that is meant: includes are written from lib/ or from the root."""
    known = set(tree.paths(".h"))
    return next((path for path in (f"lib/{include}", include) if path in known), None)


def is_within(path, folders):
    return any(path.startswith(folder + "/") for folder in folders)


# A row of one folder a context: its files see what the contexts share in the folder above theirs.
WITH_ROOMS = ("lib/domain", "lib/app", "lib/adapters")


def is_shared_by(target, row):
    """Whether a file belongs to the same layer, so that its folder is no boundary."""
    return row in WITH_ROOMS and is_within(target, (row,)) and "/adapters/" not in target or \
        is_within(target, ("lib/adapters/mariadb",)) and row == "lib/adapters"


def own_check(tree, path, row, line, include):
    target = target_of(tree, include)
    folder = path.rpartition("/")[0]
    if target is None:
        yield Fault(path, line, f'"{include}" is no file from lib/ or the root')
    elif target.rpartition("/")[0] == folder or is_shared_by(target, row):
        return
    elif row in ("fcgi/*", "fcgi/*/main.c", "workers/*", "workers/*/main.c") and \
            target.count("/") == 2 and is_within(target, ("fcgi", "workers")):
        yield Fault(path, line, f'"{include}" belongs to another program')
    elif is_within(target, NEVER.get(row, ())) or not is_within(target, MAY_INCLUDE[row]):
        yield Fault(path, line, f'{row} may not include "{include}"')


def library_check(path, line, include):
    folder = path.rpartition("/")[0]
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
