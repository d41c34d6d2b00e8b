# SPDX-License-Identifier: MIT
"""What an image has is told by dpkg's database in it, and nothing in it can forge the document."""

import hashlib
import json
import subprocess

import pytest

from machine import ROOT, WITHIN_S, environment

DIGEST = "myhotel/fcgi-book@sha256:" + "1" * 64
STATUS = """\
Package: libstdc++6
Status: install ok installed
Version: 12.2.0-14+deb12u1
Architecture: amd64
Source: gcc-12
Maintainer: Debian
Description: a library

Package: tzdata
Status: install ok installed
Version: 1:2024a-0+deb12u1
Architecture: all
Maintainer: Debian
Description: time zones

Package: libfcgi0ldbl
Status: install ok installed
Version: 2.4.2-2+b1
Architecture: amd64
Source: libfcgi (2.4.2-2)
Maintainer: Debian
Description: a rebuilt one

Package: removed
Status: deinstall ok config-files
Version: 1
Architecture: amd64
Maintainer: Debian
Description: its files are gone
"""
COPYRIGHT = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: a "quoted" \\ one

Files: *
License: GPL-3+ with GCC exception

Files: doc/*
License: GFDL-1.2+
 The text of the licence.
 License: of no package

Files: more/*
License: GPL-3+ with GCC exception
"""


@pytest.fixture
def image(tmp_path):
    """The root folder of an image."""
    for folder in ("var/lib/dpkg/info", "var/lib/dpkg/updates", "etc", "usr/local/bin",
                   "usr/share/doc/libstdc++6", "usr/share/doc/tzdata"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "var/lib/dpkg/status").write_text(STATUS)
    (tmp_path / "etc/os-release").write_text('NAME="Debian"\nID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n')
    (tmp_path / "usr/share/doc/libstdc++6/copyright").write_text(COPYRIGHT)
    (tmp_path / "usr/share/doc/tzdata/copyright").write_text("License: in prose, which is no list\n")
    (tmp_path / "usr/local/bin/fcgi-book").write_bytes(b"a program")
    return tmp_path


def run(*command, said=None):
    done = subprocess.run(command, input=said, env=environment(), capture_output=True, text=True, timeout=WITHIN_S)
    assert done.returncode == 0, done
    return done.stdout


def facts(image):
    return run("sh", ROOT / "compose/sbom_facts", str(image))


def rendered(facts, image="myhotel/fcgi-book:latest", digest=DIGEST):
    return run("awk", "-F", "\t", "-v", f"image={image}", "-v", "id=sha256:" + "2" * 64, "-v", f"digest={digest}",
               "-f", ROOT / "compose/sbom.awk", said=facts)


def components(image):
    document = json.loads(rendered(facts(image)))
    return {one["name"]: one for one in document["components"]}


def properties(of):
    return {one["name"]: one["value"] for one in of["properties"]}


def test_each_installed_package_is_named_with_version_source_and_licences(image):
    found = components(image)
    assert list(found) == ["libfcgi0ldbl", "libstdc++6", "tzdata", "/usr/local/bin/fcgi-book"]
    library = found["libstdc++6"]
    assert library["version"] == "12.2.0-14+deb12u1" and library["type"] == "library"
    assert library["purl"] == ("pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bdeb12u1?arch=amd64&distro=debian-12"
                               "&upstream=gcc-12%4012.2.0-14%2Bdeb12u1")
    assert [one["license"]["name"] for one in library["licenses"]] == ["GPL-3+ with GCC exception", "GFDL-1.2+"]
    assert properties(library) == {
        "debian:architecture": "amd64", "debian:source": "gcc-12", "debian:source-version": "12.2.0-14+deb12u1",
        "debian:copyright": "/usr/share/doc/libstdc++6/copyright"}
    assert properties(found["libfcgi0ldbl"])["debian:source-version"] == "2.4.2-2"
    assert "debian:copyright" not in properties(found["libfcgi0ldbl"]), "it has no copyright file"
    assert "licenses" not in found["tzdata"] and "%3A2024a" in found["tzdata"]["purl"]


def test_our_programs_are_named_by_their_checksum(image):
    program = components(image)["/usr/local/bin/fcgi-book"]
    assert program["hashes"] == [{"alg": "SHA-256", "content": hashlib.sha256(b"a program").hexdigest()}]


def test_the_image_is_named_by_its_digest_and_the_same_image_gives_the_same_bytes(image):
    first = rendered(facts(image))
    document = json.loads(first)
    assert document["bomFormat"] == "CycloneDX" and document["specVersion"] == "1.5"
    assert document["metadata"]["component"]["version"] == DIGEST
    assert properties(document["metadata"])["system"] == "debian-12"
    assert rendered(facts(image)) == first
    references = [one["bom-ref"] for one in document["components"]]
    assert len(references) == len(set(references))
    built_here = json.loads(rendered(facts(image), digest=""))
    assert built_here["metadata"]["component"]["version"] == "sha256:" + "2" * 64


def test_an_image_without_packages_says_so(tmp_path):
    document = json.loads(rendered(facts(tmp_path)))
    assert document["components"] == []
    assert "no Debian package database" in properties(document["metadata"])["packages"]


def test_a_licence_cannot_forge_the_document(image):
    """A copyright file is text of others."""
    (image / "usr/share/doc/tzdata/copyright").write_text('Format: x\nLicense: a"}}], "version": "9|\tb\\\n')
    (licence,) = components(image)["tzdata"]["licenses"]
    assert licence["license"]["name"] == 'a"}}], "version": "9  b\\'
    assert components(image)["tzdata"]["version"] == "1:2024a-0+deb12u1"


# Docker with one image, whose files are in a folder: a container reads the script on its standard input.
DOCKER = """#!/bin/bash
echo "$*" >>"$IMAGE_ROOT/called"
case $* in
*RepoDigests*) [[ ${*: -1} == *nowhere* ]] || echo "${*: -1}" | sed 's/:[^:]*$/@sha256:12/' ;;
*"-f {{.Id}}"*) echo sha256:34 ;;
"image inspect"*) [[ ${*: -1} != *nowhere* ]] ;;
run*) exec sh -s "$IMAGE_ROOT" ;;
esac
"""


@pytest.fixture
def sbom(image):
    """compose/sbom with that Docker."""
    (image / "docker").write_text(DOCKER)
    (image / "docker").chmod(0o700)

    def command(*arguments, **settings):
        return subprocess.run([ROOT / "compose/sbom", *arguments], capture_output=True, text=True, timeout=WITHIN_S,
                              env=environment(PATH=f"{image}:/usr/bin:/bin", IMAGE_ROOT=str(image), **settings))

    return command


def test_an_image_is_looked_into_by_a_container_that_can_reach_nothing(image, sbom):
    done = sbom("--image", "myhotel/fcgi-book:latest")
    assert done.returncode == 0, done
    document = json.loads(done.stdout)
    assert document["metadata"]["component"]["version"] == "myhotel/fcgi-book@sha256:12"
    assert "libstdc++6" in [one["name"] for one in document["components"]]
    (ran,) = [line for line in (image / "called").read_text().splitlines() if line.startswith("run ")]
    for option in ("--rm", "--pull never", "--network none", "--read-only", "--cap-drop ALL", "--user 65534:65534"):
        assert option in ran
    done = sbom("--image", "nowhere")
    assert done.returncode == 1 and "is not on this machine" in done.stderr


def test_images_of_others_are_pinned_by_their_digests(sbom):
    """compose.yaml names none but by a variable."""
    stack = (ROOT / "compose/compose.yaml").read_text(encoding="utf-8")
    images = [line.split("image: ")[1] for line in stack.splitlines() if line.strip().startswith("image: ")]
    assert images and all(one.startswith("${") for one in images)
    done = sbom("--digests")
    assert done.returncode == 0, done
    lines = dict(line.split("=", 1) for line in done.stdout.splitlines())
    assert lines["MARIADB_IMAGE"] == "mariadb@sha256:12" and lines["DEBIAN_IMAGE"] == "debian@sha256:12"
    assert set(lines) == {"DEBIAN_IMAGE", "GRAFANA_IMAGE", "MARIADB_IMAGE", "NGINX_IMAGE", "PROMETHEUS_IMAGE", "RABBITMQ_IMAGE"}
    done = sbom("--digests", MARIADB_IMAGE="nowhere")
    assert done.returncode == 1 and "docker pull nowhere" in done.stderr and "NGINX_IMAGE" in done.stdout


def test_wrong_use_is_refused(sbom):
    for arguments in ([], ["--image"], ["--digests", "x"], ["--all"], ["/nowhere"]):
        done = sbom(*arguments)
        assert done.returncode == 2 and done.stderr, (arguments, done)
