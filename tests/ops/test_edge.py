# SPDX-License-Identifier: MIT
"""The settings about clients, proxies, certificates and names: their faults, and what nginx is told."""

import os
import subprocess

import pytest

from machine import part

GOOD = ["", "127.0.0.0/8 ::1", "192.0.2.7", "2001:db8::/32", "0.0.0.0/0 ::/0", "10.0.0.1/32\tfd00::1/128"]
BAD = ["x", "1.2.3", "1.2.3.4/33", "1.2.3.256", "::1/129", "1.2.3.4;", "1.2.3.4/", "/8", "1.2.3.4,5.6.7.8", ":::", "::1/x",
       "$(id)", "1.2.3.4/8/8"]


def faults(state, **settings):
    return part("settings_merge_environment; edge_faults", state, **settings).splitlines()


@pytest.mark.parametrize("setting", ["HOTEL_NEAR", "HOTEL_PROXY_FROM"])
def test_networks_are_checked_one_by_one(state, setting):
    for good in GOOD:
        assert faults(state, **{setting: good}) == []
    for bad in BAD:
        (fault,) = faults(state, **{setting: f"127.0.0.1 {bad} ::1"})
        assert fault.startswith(f'{setting} contains "{bad}"') and "192.0.2.0/24" in fault


def test_a_proxy_needs_its_addresses(state):
    for how in ("forwarded-for", "proxy-protocol"):
        assert faults(state, HOTEL_PROXY=how) == [f"HOTEL_PROXY={how} needs HOTEL_PROXY_FROM, the addresses of the proxy"]
        assert faults(state, HOTEL_PROXY=how, HOTEL_PROXY_FROM="10.0.0.1") == []


@pytest.mark.parametrize("url, name", [("https://hotel.example", "hotel.example"), ("http://Hotel.example:8443", "hotel.example"),
                                       ("https://[2001:db8::1]:443", "[2001:db8::1]"), ("https://192.0.2.1", "192.0.2.1")])
def test_the_public_address_is_a_scheme_and_a_host(state, url, name):
    assert faults(state, HOTEL_URL=url) == []
    assert name in part("settings_merge_environment; host_names", state, HOTEL_URL=url).split()


@pytest.mark.parametrize("url", ["hotel.example", "ftp://hotel.example", "https://", "https://a/b", "https://a/", "https://a b",
                                 "https://user@a", "https://a:x", "https://a;", "https://[::1", "https://a?x"])
def test_anything_else_is_no_public_address(state, url):
    (fault,) = faults(state, HOTEL_URL=url)
    assert fault.startswith(f'HOTEL_URL="{url}"')


@pytest.mark.parametrize("settings, risks", [
    ({}, 0), ({"HOTEL_LISTEN": "::1", "HOTEL_URL": "https://localhost:8443"}, 0), ({"HOTEL_LISTEN": "127.0.0.2"}, 0),
    ({"HOTEL_LISTEN": "0.0.0.0"}, 2), ({"HOTEL_LISTEN": "0.0.0.0", "HOTEL_DEMO": "off"}, 1),
    ({"HOTEL_URL": "https://hotel.example"}, 1), ({"HOTEL_LISTEN": "::", "HOTEL_URL": "http://hotel.example"}, 2),
    ({"HOTEL_LISTEN": "0.0.0.0", "HOTEL_URL": "https://hotel.example", "HOTEL_DEMO": "off"}, 0),
    ({"HOTEL_LISTEN": "0.0.0.0", "HOTEL_PROXY": "forwarded-for", "HOTEL_DEMO": "off"}, 0)])  # fmt: skip
def test_who_publishes_a_demonstration_or_a_system_without_https_is_told(state, settings, risks):
    script = 'source "$ROOT/ops/command/up.sh"; settings_load; settings_merge_environment; up_warn 2>&1'
    lines = [line for line in part(script, state, **settings).splitlines() if "run by root" not in line]
    assert len(lines) == risks, lines
    assert all("end that with: HOTEL_" in line and "./hotel up" in line for line in lines)


def test_links_in_mails_lead_to_the_public_address(state):
    def said(**settings):
        names = ("worker-alarm", "worker-account")
        return [part(f"settings_merge_environment; program_environment {name}", state, **settings) for name in names]

    for public in ("https://hotel.example", "https://hotel.example:8443"):
        alarm, account = said(HOTEL_URL=public)
        assert f"HOTEL_ISSUER={public}\n" in alarm and f"HOTEL_URL={public}\n" in account
    alarm, account = said(HOTEL_PORT="8123")
    assert "HOTEL_ISSUER=http://127.0.0.1:8123\n" in alarm and "HOTEL_LINK_URL=http://127.0.0.1:8123\n" in account


def test_root_is_told_that_everything_would_run_as_root(state):
    """In a line that says what to read; anybody else is told nothing."""
    script = 'source "$ROOT/ops/command/up.sh"; up_warn 2>&1'
    assert part(f"{script}", state).splitlines() == [
        line for line in [
            "hotel: run by root, so nginx, the servers and all programs run as root; a user of their own is safer"
            " (docs/runbook.md)"
        ] if os.geteuid() == 0
    ]  # fmt: skip


def test_a_certificate_for_a_try_is_made_once_and_names_us(state):
    script = 'settings_merge_environment; edge_certificate_make; edge_faults; cat "${SETTING[HOTEL_TLS_CERT]}"'
    first = part(script, state, HOTEL_URL="https://localhost:8443")
    shown = subprocess.run(["openssl", "x509", "-noout", "-text"], input=first, capture_output=True, text=True, check=True).stdout
    for name in ("DNS:localhost", "IP Address:127.0.0.1", "IP Address:0:0:0:0:0:0:0:1"):
        assert name in shown
    assert part(script, state) == first


def test_workers_are_replaced_for_a_changed_certificate_and_for_age_only(state):
    files = [state / name for name in ("cert", "key")]
    for file in files:
        file.write_text("1")
    (state / "tend").write_text(f"100\n{files[0]}\n{files[1]}\n")
    done = part(f"""
        kill() {{ echo "$*"; }}
        tend() {{ TENDED_S=0; edge_tend "$STATE" 7; echo "$1"; }}
        edge_tend_begin "$STATE"
        tend nothing
        echo 2 >{files[1]}; tend changed
        rm {files[0]}; tend "while it is away"
        echo 2 >{files[0]}; tend "back"
        tend nothing
        REPLACED_S=$((EPOCHSECONDS - 101)); tend aged
        tend nothing
    """, state)
    assert done.splitlines() == ["nothing", "-HUP 7", "changed", "while it is away", "-HUP 7", "back", "nothing",
                                 "-HUP 7", "aged", "nothing"]
