# SPDX-License-Identifier: MIT
"""Scenarios of alerts use the helpers of tests/e2e."""

import pathlib
import sys

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / "e2e"), str(TESTS / "openapi")]
