# SPDX-License-Identifier: MIT
"""Certificates for servers of the tests: an authority and the certificates that it signs."""

import ssl
import subprocess

NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")


class Authority:
    """Signs certificates of servers. `file` is its own certificate."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.file, self.key = self.make("authority", f"/CN={name}")

    def make(self, kind, subject, *more):
        certificate, key = (self.folder / f"{self.name}-{kind}.{end}" for end in ("pem", "key"))
        subprocess.run(["openssl", "req", "-x509", *NEW_KEY, "-subj", subject, "-keyout", key,
                        "-out", certificate, *more], check=True, capture_output=True, timeout=30)  # fmt: skip
        return certificate, key

    def server(self, kind, names):
        """The TLS context of a server of these names: "IP:127.0.0.1", "DNS:mail.example"."""
        certificate = self.make(kind, f"/CN={kind}", "-CA", self.file, "-CAkey", self.key,
                                "-addext", f"subjectAltName={names}",
                                "-addext", "basicConstraints=CA:FALSE")  # fmt: skip
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*certificate)
        return context
