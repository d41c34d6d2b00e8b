# SPDX-License-Identifier: MIT
"""The images: Debian's minimal systems, stand-ins for the servers' official images, and ours."""

import pathlib
import re
import shutil
from concurrent.futures import ThreadPoolExecutor

from engine import run

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVERS = ("mariadb", "rabbitmq", "nginx", "prometheus")
AFTER_SERVERS = ("nginx",)  # our images that are based on one of them

# Not part of a minimal image; the official one omits it as well.
SURPLUS = ("var/cache/apt", "var/lib/apt/lists", "usr/share/doc", "usr/share/man",
           "usr/share/locale", "usr/share/info", "var/log")  # fmt: skip


def make(engine):
    """Builds what is missing or has changed. The servers' images and ours are independent, and building is
    mostly waiting for packages, so they are built in parallel."""
    with ThreadPoolExecutor(2) as pool:
        for made in (pool.submit(servers_make, engine), pool.submit(ours_make, engine)):
            made.result()
    for target in AFTER_SERVERS:
        own_build(engine, target)


def servers_make(engine):
    debian_make(engine, "debian:trixie-slim", "trixie")
    for server in SERVERS:
        build(engine, server, f"standin/{server}", ROOT / "tests/compose/standin")


def ours_make(engine):
    debian_make(engine, "debian:bookworm-slim", "bookworm")
    for target in targets():
        if target not in AFTER_SERVERS:
            own_build(engine, target)


def own_build(engine, target):
    build(engine, target, f"myhotel/{target}", ROOT, "-f", ROOT / "compose/Dockerfile")


def targets():
    """The targets of the Dockerfile that compose.yaml names."""
    return re.findall(r"\{<<: \*build, target: ([a-z-]+)\}", (ROOT / "compose/compose.yaml").read_text())


def build(engine, target, tag, folder, *options):
    """With the host's network: an engine without address translation has no other access."""
    engine.docker(
        "build", "--network", "host", "--build-arg", "NGINX_IMAGE=standin/nginx",
        "--target", target, "--tag", tag, *options, folder,
    )  # fmt: skip


def debian_make(engine, image, release):
    if engine.docker("image", "inspect", image, expect=None).returncode == 0:
        return
    tree = engine.data / release
    shutil.rmtree(tree, ignore_errors=True)
    run(["debootstrap", "--variant=minbase", release, tree, *mirror(engine)], engine.environment)
    for folder in SURPLUS:
        for one in (tree / folder).iterdir():
            shutil.rmtree(one) if one.is_dir() and not one.is_symlink() else one.unlink()
    archive = engine.data / f"{release}.tar"
    run(["tar", "-C", tree, "-cf", archive, "."], engine.environment)
    engine.docker("import", archive, image)
    shutil.rmtree(tree)
    archive.unlink()


def mirror(engine):
    """The mirror of this machine, if it runs Debian; otherwise debootstrap uses its default."""
    listed = run(
        ["apt-get", "indextargets", "--format", "$(SITE)", "Codename: bookworm", "Component: main",
         "Created-By: Packages"],
        engine.environment, expect=None,
    ).stdout.split()  # fmt: skip
    return listed[:1]
