"""The images: Debian's minimal systems, stand-ins for the servers' official images, and ours."""

import pathlib
import re
import shutil

from engine import run

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEBIAN = {"debian:bookworm-slim": "bookworm", "debian:trixie-slim": "trixie"}  # what stands on which release
SERVERS = ("mariadb", "rabbitmq", "nginx", "prometheus")

# What is not part of a minimal image; the official one leaves it out as well.
SURPLUS = ("var/cache/apt", "var/lib/apt/lists", "usr/share/doc", "usr/share/man",
           "usr/share/locale", "usr/share/info", "var/log")  # fmt: skip


def make(engine):
    """Makes whatever is not made yet; the engine knows what has changed."""
    for image, release in DEBIAN.items():
        if engine.docker("image", "inspect", image, expect=None).returncode != 0:
            debian_make(engine, image, release)
    for server in SERVERS:
        build(engine, server, f"standin/{server}", ROOT / "tests/compose/standin")
    for target in targets():
        build(engine, target, f"myhotel/{target}", ROOT, "-f", ROOT / "compose/Dockerfile")


def targets():
    """The targets of the Dockerfile that compose.yaml names."""
    return re.findall(r"\{<<: \*build, target: ([a-z-]+)\}", (ROOT / "compose/compose.yaml").read_text())


def build(engine, target, tag, folder, *options):
    """The host's network: an engine without address translation has no other way out."""
    engine.docker(
        "build", "--network", "host", "--build-arg", "NGINX_IMAGE=standin/nginx",
        "--target", target, "--tag", tag, *options, folder,
    )  # fmt: skip


def debian_make(engine, image, release):
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
    """Where this machine gets its own packages from, if that is a Debian; where it is not, debootstrap
    knows a place itself."""
    listed = run(
        ["apt-get", "indextargets", "--format", "$(SITE)", "Codename: bookworm", "Component: main",
         "Created-By: Packages"],
        engine.environment, expect=None,
    ).stdout.split()  # fmt: skip
    return listed[:1]
