# SPDX-License-Identifier: MIT
"""The scenarios of tests/e2e/test_story.py, in the stack; each asks for a fixture `hotel`."""

from test_story import *  # noqa: F403
