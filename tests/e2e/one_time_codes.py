# SPDX-License-Identifier: MIT
"""One-time codes (RFC 6238), as an app for them makes them."""

import base64
import hashlib
import hmac
import struct
import time


def code_of(secret, at=None):
    """The code of a key in base32 at this time, by default now."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int((at or time.time()) // 30)), hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset:offset + 4])[0] & 0x7FFFFFFF) % 1000000:06d}"
