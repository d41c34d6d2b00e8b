# SPDX-License-Identifier: MIT
"""An OpenID provider that does as it should, or lies as a scenario needs; and a browser that goes there."""

import base64
import hashlib
import hmac
import http.client
import http.cookies
import http.server
import json
import pathlib
import subprocess
import tempfile
import threading
import time
import urllib.parse
import uuid

from hotel import free_port

CLIENT, AUDIENCE, SECRET = "myhotel-client", "myhotel-api", "a secret: with = and % " + uuid.uuid4().hex


def b64(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def openssl(*arguments, content=None):
    return subprocess.run(["openssl", *map(str, arguments)], input=content, check=True, capture_output=True,
                          timeout=30).stdout  # fmt: skip


class Key:
    """An RSA key (RS256) or one of P-256 (ES256)."""

    def __init__(self, folder, kid, alg="RS256"):
        self.kid, self.alg = kid, alg
        self.file = pathlib.Path(folder) / f"{kid}.pem"
        kind = ("RSA", "rsa_keygen_bits:2048") if alg == "RS256" else ("EC", "ec_paramgen_curve:P-256")
        openssl("genpkey", "-algorithm", kind[0], "-pkeyopt", kind[1], "-out", self.file)

    @property
    def jwk(self):
        about = {"kid": self.kid, "use": "sig", "alg": self.alg}
        if self.alg == "RS256":
            modulus = openssl("rsa", "-in", self.file, "-noout", "-modulus").decode().strip().split("=")[1]
            return {**about, "kty": "RSA", "n": b64(bytes.fromhex(modulus)), "e": "AQAB"}
        point = openssl("pkey", "-in", self.file, "-pubout", "-outform", "DER")[-64:]
        return {**about, "kty": "EC", "crv": "P-256", "x": b64(point[:32]), "y": b64(point[32:])}

    @property
    def public_pem(self):
        return openssl("pkey", "-in", self.file, "-pubout")

    def sign(self, content):
        made = openssl("dgst", "-sha256", "-sign", self.file, content=content)
        if self.alg == "RS256":
            return made
        first = 4 + made[3]  # DER: two integers, each of up to 33 bytes
        numbers = made[4:first], made[first + 2 : first + 2 + made[first + 1]]
        return b"".join(number.lstrip(b"\0").rjust(32, b"\0") for number in numbers)


class Provider:
    """Whoever goes to authorize() as a person comes back with a code; the rest is HTTP. `lie` names what it
    does wrong next, and `claims` replaces claims of the ID token (None: leaves one out)."""

    def __init__(self):
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.folder = tempfile.TemporaryDirectory(prefix="provider-")
        self.keys = [Key(self.folder.name, "rsa-1"), Key(self.folder.name, "ec-1", "ES256")]
        self.foreign = Key(self.folder.name, "foreign")
        self.server = None
        self.reset()

    def reset(self):
        self.lie, self.claims, self.user, self.last = None, {}, None, None
        self.key = self.keys[0]
        self.codes, self.asked = {}, []
        self.go_on = threading.Event()

    @property
    def settings(self):
        secret = pathlib.Path(self.folder.name) / "client-secret"
        secret.write_text(SECRET + "\n", encoding="ascii")
        return {"HOTEL_OIDC_ISSUER": self.issuer, "HOTEL_OIDC_CLIENT": CLIENT, "HOTEL_OIDC_NAME": "Kim & Lee <ID>",
                "HOTEL_OIDC_SECRET_FILE": str(secret), "HOTEL_OIDC_AUDIENCE": AUDIENCE,
                "HOTEL_OIDC_ROLES_CLAIM": "roles"}  # fmt: skip

    def open(self):
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                provider.answer(self, self.path, None)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                provider.answer(self, self.path, dict(urllib.parse.parse_qsl(body.decode(), strict_parsing=True)))

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        if self.server:
            self.go_on.set()
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    # The person

    def authorize(self, url, sub, **claims):
        """Signs in at the URL that a browser was sent to, and returns the path that it is sent back to."""
        assert url.startswith(self.issuer + "/authorize?"), url
        asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query, strict_parsing=True))
        assert asked["response_type"] == "code" and asked["client_id"] == CLIENT, asked
        assert asked["code_challenge_method"] == "S256" and len(asked["code_challenge"]) == 43, asked
        assert {"openid", "email"} <= set(asked["scope"].split()), asked
        assert len(asked["state"]) >= 43 and len(asked["nonce"]) >= 43, asked
        code = "code." + uuid.uuid4().hex
        self.codes[code] = {**asked, "claims": {"sub": sub, **claims}}
        target = urllib.parse.urlsplit(asked["redirect_uri"])
        return f"{target.path}?" + urllib.parse.urlencode({"code": code, "state": asked["state"], "iss": self.issuer})

    # HTTP

    def answer(self, request, path, form):
        self.asked.append(path)
        lie = self.lie
        if lie == ("hangs", path):
            self.go_on.wait(60)
        if lie == ("redirects", path):
            return self.send(request, 302, {}, Location=self.issuer + "/elsewhere" + path)
        if lie == ("html", path):
            return self.send(request, 200, None, content=b"<html>")
        if lie == ("huge", path):
            return self.send(request, 200, {"keys": [key.jwk for key in self.keys] * 1000, "padding": "x" * 100_000})
        path = path.removeprefix("/elsewhere")
        if path == "/.well-known/openid-configuration":
            return self.send(request, 200, self.metadata())
        if path == "/jwks":
            return self.send(request, 200, {"keys": [key.jwk for key in self.keys]})
        if path == "/token":
            return self.send(request, *self.redeem(request, form))
        if path == "/userinfo" and request.headers["Authorization"] == "Bearer foreign-access":
            return self.send(request, 200, self.user or {"sub": self.last})
        return self.send(request, 404, {})

    def metadata(self):
        known = {"issuer": self.issuer, "authorization_endpoint": self.issuer + "/authorize",
                 "token_endpoint": self.issuer + "/token", "jwks_uri": self.issuer + "/jwks",
                 "userinfo_endpoint": self.issuer + "/userinfo"}  # fmt: skip
        return {**known, **self.lie} if isinstance(self.lie, dict) else known

    def redeem(self, request, form):
        pair = ":".join(urllib.parse.quote(part, safe="") for part in (CLIENT, SECRET))
        if request.headers["Authorization"] != "Basic " + base64.b64encode(pair.encode()).decode():
            return 401, {"error": "invalid_client"}
        asked = self.codes.pop(form["code"], None)
        challenge = b64(hashlib.sha256(form["code_verifier"].encode()).digest())
        if not asked or asked["redirect_uri"] != form["redirect_uri"] or asked["code_challenge"] != challenge:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "foreign-access", "token_type": "Bearer", "id_token": self.id_token(asked)}

    def id_token(self, asked):
        now = int(time.time())
        self.last = asked["claims"]["sub"]
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"],
                  **asked["claims"], **self.claims}  # fmt: skip
        return self.signed(claims)

    def access_token(self, sub, typ="at+jwt", **claims):
        """What a program of the person has (RFC 9068)."""
        now = int(time.time())
        return self.signed({"iss": self.issuer, "aud": AUDIENCE, "iat": now, "exp": now + 300, "sub": sub,
                            "client_id": "a-program", **claims, **self.claims}, typ)  # fmt: skip

    def signed(self, claims, typ="JWT"):
        payload = json.dumps({name: value for name, value in claims.items() if value is not None})
        key = self.foreign if self.lie in ("foreign-key", "foreign-kid") else self.key
        header = {"alg": key.alg, "kid": self.key.kid if self.lie == "foreign-key" else key.kid, "typ": typ}
        if self.lie == "embedded-key":
            key, header["jwk"] = self.foreign, self.foreign.jwk
        if self.lie == "none":
            header["alg"] = "none"
        if self.lie == "hs256":
            header["alg"] = "HS256"
        if self.lie == "crit":
            header["crit"] = ["x"]
        if self.lie == "no-kid":
            del header["kid"]
        signed = b64(json.dumps(header).encode()) + "." + b64(payload.encode())
        if self.lie == "none":
            return signed + "."
        if self.lie == "hs256":
            return signed + "." + b64(hmac.digest(self.key.public_pem, signed.encode(), "sha256"))
        signature = key.sign(signed.encode())
        if self.lie == "altered":
            signed = signed[:-4] + "AAAA"
        if self.lie == "long":
            signed += "A" * 10_000
        return signed + "." + b64(signature)

    @staticmethod
    def send(request, status, body, content=None, **headers):
        content = content if content is not None else json.dumps(body).encode()
        request.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": len(content), **headers}.items():
            request.send_header(name, str(value))
        request.end_headers()
        try:
            request.wfile.write(content)
        except OSError:
            pass  # the client had enough


class Browser:
    """Keeps cookies, and follows nothing by itself."""

    def __init__(self, hotel, language="en"):
        self.hotel, self.cookies = hotel, {}
        self.headers = {"Accept": "text/html", "Accept-Language": language}

    def send(self, method, path, body=None, **headers):
        sent = {**self.headers, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), **headers}
        connection = http.client.HTTPConnection("127.0.0.1", self.hotel.port, timeout=30)
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            for morsel in http.cookies.SimpleCookie(line).values():
                if morsel["max-age"] == "0":
                    self.cookies.pop(morsel.key, None)
                else:
                    assert morsel["httponly"] and morsel["samesite"] == "Lax", line
                    self.cookies[morsel.key] = morsel.value
        return answer.status, answer.headers.get("Location"), text

    def get(self, path, **headers):
        return self.send("GET", path, **headers)

    def post(self, path, **fields):
        return self.send("POST", path, urllib.parse.urlencode(fields),
                         **{"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"})

    def goes_to(self, path):
        """The Location of a 303."""
        status, location, text = self.get(path)
        assert status == 303, (status, text)
        return location

    def comes_back(self, path):
        """From another site."""
        status, location, text = self.get(path, **{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"})
        assert status == 303, (status, text)
        return location
