# SPDX-License-Identifier: MIT
"""The first booking of the README, in a new stack."""

import re

from actors import day
from images import ROOT
from engine import run


def test_the_first_booking_of_the_readme_works(system):
    """Every command line of that chapter that asks for something."""
    chapter = (ROOT / "README.md").read_text().split("## A first booking")[1].split("\n## ")[0]
    lines = [block for block in re.findall(r"```sh\n(.*?)```", chapter, re.DOTALL)
             if block.startswith("curl")]  # fmt: skip
    said = [run(["bash", "-ec", line.replace("curl ", "curl -sS ").replace(":8080", f":{system.port}")],
                system.environment()).stdout for line in lines]  # fmt: skip
    assert len(said) >= 6, lines
    assert '"id":1,' in said[0] and '"status":"Open"' in said[0], said[0]
    assert '"total":4500' in said[1], said[1]
    assert '"status":"Booked"' in said[2] and '"price":4500' in said[2], said[2]
    assert not [answer for answer in said[:-1] if "/problems/" in answer], said
    system.check()


def test_every_tool_of_the_operator_works(system):
    """On the data of that booking."""
    assert "Requested -> Booked" in system.operator("trace", "1")
    assert "no dead letters" in system.operator("dead", "list")
    assert "the rebuilt view is in use" in system.operator("rebuild", "mypage")
    assert "Sea view" in system.operator("cli", "rooms", "list")
    system.operator("breaker", "open")
    assert "forced" in system.operator("breaker", "status")
    assert "202" in system.client(
        "http --ignore-stdin --headers POST book:8080/books roomId=1 guestId=3 "
        f"startDate={day(50)} endDate={day(51)}"
    )
    system.operator("breaker", "close")
    assert "forced" not in system.operator("breaker", "status")
    system.check()
