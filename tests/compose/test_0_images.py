# SPDX-License-Identifier: MIT
"""Before all scenarios, as it takes long the first time."""

import images


def test_every_image_is_made(made):
    for target in images.targets():
        assert made.docker("image", "inspect", f"myhotel/{target}").returncode == 0
