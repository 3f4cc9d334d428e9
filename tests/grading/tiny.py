"""A small application in memory that does right by default, and wrong in one way when told so.

It stands where a submission would: behind TLS on localhost, described by its team.yaml.
"""

from __future__ import annotations

import io
import json
import re
import ssl
import threading
import time
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import jwt
from PIL import Image, ImageOps

KEY = "k" * 64
MARK = re.compile(r"[\s.,]+")


class Tiny:
    """The state of one application; `fault` names what it does wrong."""

    def __init__(self, secrets: Path, fault: str = "") -> None:
        self.fault = fault
        self.users: dict[str, str] = {}
        self.families: dict[str, list[str]] = {}
        self.notes: dict[int, dict] = {}
        self.pictures: dict[str, bytes] = {}
        self.words: list[tuple[int, str, str]] = []
        self.said = threading.Condition()
        self.stale: list[dict] | None = None
        self.asked: dict[str, int] = {}
        self.number = 0
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(secrets / "tls/nginx.crt", secrets / "tls/nginx.key")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def next(self) -> int:
        self.number += 1
        return self.number

    def access(self, email: str) -> str:
        now = int(time.time())
        return jwt.encode({"sub": email, "aud": "tiny", "iss": "tiny", "iat": now, "exp": now + 900}, KEY, "HS256")

    def pair(self, email: str, family: str | None = None) -> dict:
        family = family or f"f{self.next()}"
        refresh = f"{family}.{email}.{self.next()}"
        self.families.setdefault(family, []).append(refresh)
        return {"access": self.access(email), "refresh": refresh}

    def reader(self, header: str) -> str | None:
        token = header.removeprefix("Bearer ")
        options = {"verify_exp": self.fault != "takes expired tokens", "require": ["exp"]}
        if self.fault == "takes unsigned tokens" and token.endswith("."):
            options["verify_signature"] = False
        if self.fault == "takes any audience":
            options["verify_aud"] = False
        try:
            algorithms = ["HS256"] if options.get("verify_signature", True) else ["none"]
            return jwt.decode(token, KEY, algorithms, options=options, audience="tiny", issuer="tiny")["sub"]
        except jwt.InvalidTokenError:
            return None


class Refuse(Exception):
    pass


def _handler(app: Tiny) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:
                self.close_connection = True

        def _answer(self, status: int, content: object = None, kind: str = "application/json", **headers: str) -> None:
            data = content if isinstance(content, bytes) else b"" if content is None else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(data)

        def _route(self) -> None:
            path = urlsplit(self.path).path
            self.query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            self.raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            try:
                for method, pattern, action in ROUTES:
                    match = re.fullmatch(pattern, path)
                    if match and method == self.command:
                        return action(self, *match.groups())
                self._answer(404, {"detail": "no such route"})
            except Refuse as problem:
                self._answer(problem.args[0], {"detail": problem.args[1]})

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _route

        def _body(self) -> dict:
            try:
                content = json.loads(self.raw)
            except ValueError:
                if app.fault == "fails on bad JSON":
                    raise Refuse(500, "oops") from None
                raise Refuse(422, "this is not JSON") from None
            if not isinstance(content, dict):
                raise Refuse(422, "this is not an object")
            return content

        def _user(self) -> str:
            user = app.reader(self.headers.get("Authorization", ""))
            if user is None:
                raise Refuse(401, "sign in first")
            return user

        def _note(self, id: str) -> dict:
            note = app.notes.get(int(id))
            if note is None:
                raise Refuse(404, "no such note")
            return note

        def _own(self, id: str) -> dict:
            user, note = self._user(), self._note(id)
            if note["by"] != user and app.fault != "anybody may write":
                raise Refuse(403, "not yours")
            return note

        def signup(self) -> None:
            body = self._body()
            email, password = body.get("email"), body.get("password")
            if not email or not password:
                raise Refuse(422, "email and password, please")
            if email in app.users and app.fault != "takes duplicates":
                raise Refuse(409, "taken")
            app.users[email] = password
            status = 500 if app.fault == "nobody can sign up" else 201
            self._answer(status, app.pair(email))

        def login(self) -> None:
            body = self._body()
            if app.fault == "tells who is unknown" and body.get("email") not in app.users:
                raise Refuse(401, "unknown user")
            if app.users.get(body.get("email")) != body.get("password") and app.fault != "takes any password":
                raise Refuse(401, "wrong")
            self._answer(200, app.pair(body["email"]))

        def refresh(self) -> None:
            token = self._body().get("refresh", "")
            family, email, _ = token.split(".", 1)[0], ".".join(token.split(".")[1:-1]), 0
            known = app.families.get(family, [])
            if app.fault == "refresh tokens never change" and token in known:
                return self._answer(200, {"access": app.access(email), "refresh": token})
            if not known or token != known[-1]:
                if app.fault != "reuse goes unnoticed":
                    app.families.pop(family, None)
                raise Refuse(401, "not any more")
            return self._answer(200, app.pair(email, family))

        def logout(self) -> None:
            if app.fault != "logout does nothing":
                app.families.pop(self._body().get("refresh", "").split(".")[0], None)
            self._answer(204)

        def me(self) -> None:
            self._answer(200, {"email": self._user()})

        def create(self) -> None:
            user, body = self._user(), self._body()
            if not isinstance(body.get("title"), str) or not body["title"]:
                if app.fault == "takes anything":
                    return self._answer(201, {"id": app.next()})
                raise Refuse(422, "a title, please: it must be text")
            if any(note["title"] == body["title"] for note in app.notes.values()) and app.fault != "ignores conflicts":
                raise Refuse(409, "there is one of that title")
            id, title = app.next(), body["title"]
            if app.fault == "loses Korean":
                title = title.encode("ascii", "replace").decode()
            note = {"id": id, "title": title, "body": body.get("body", ""), "by": user, "picture": {"state": "absent"}}
            app.notes[id] = note
            return self._answer(201, note)

        def listed(self) -> None:
            if app.fault == "the cache is slow":
                time.sleep(0.004 * app.asked.setdefault(self.path, 0))
                app.asked[self.path] += 1
            notes = sorted(app.notes.values(), key=lambda one: -one["id"])
            if app.fault == "the list is old":
                app.stale = notes = app.stale if app.stale is not None else notes
            limit, start = int(self.query.get("limit", 20)), int(self.query.get("cursor") or 0)
            if app.fault == "pages overlap" and start:
                start -= 1
            following = str(start + limit)
            items = notes[start : start + limit]
            self._answer(200, {"items": items, "total": len(notes), "next": following})

        def read(self, id: str) -> None:
            self._answer(200, self._note(id))

        def change(self, id: str) -> None:
            note, body = self._own(id), self._body()
            if app.fault != "changes nothing":
                note |= {"body": body.get("body", note["body"])}
            self._answer(200, note)

        def delete(self, id: str) -> None:
            self._own(id)
            if app.fault != "deletes nothing":
                del app.notes[int(id)]
            self._answer(204)

        def say(self, id: str) -> None:
            self._user()
            word = self._body().get("word", "")
            with app.said:
                app.words.append((app.next(), id, word))
                app.said.notify_all()
            self._answer(204)

        def stream(self, id: str) -> None:
            self._note(id)
            last = int(self.headers.get("Last-Event-ID") or 0)
            if app.fault == "forgets what was missed" or not last:
                last = max((one[0] for one in app.words), default=0)
            self.send_response(404 if app.fault == "no stream" else 200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(b": open\n\n")
            while True:
                with app.said:
                    app.said.wait(0.2)
                    new = [one for one in app.words if one[0] > last and one[1] == id]
                if app.fault == "says nothing":
                    new = []
                for number, _, word in new:
                    event = f"id: {number}\nevent: said\ndata: {json.dumps({'word': word})}\n\n"
                    self.wfile.write(event.encode())
                    last = number
                self.wfile.write(b": beat\n\n")

        def picture(self, id: str) -> None:
            note = self._own(id)
            head = b"Content-Type: " + self.headers["Content-Type"].encode() + b"\r\n\r\n"
            part = BytesParser().parsebytes(head + self.raw).get_payload()[0]
            data = part.get_payload(decode=True)
            note["picture"] = {"state": "ready", "images": self._sizes(data)}
            self._answer(202, note)

        def _sizes(self, data: bytes) -> list[dict]:
            if app.fault == "takes any file":
                return [self._keep(data, 1)]
            if app.fault == "takes bombs":
                return []
            if len(data) > 20_000_000:
                raise Refuse(413, "too large: at most 20 MB")
            try:
                with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as image:
                    image.load()
                    turned = image if app.fault == "lays portraits down" else ImageOps.exif_transpose(image)
            except (OSError, Image.DecompressionBombWarning, Image.DecompressionBombError):
                raise Refuse(422, "this is no image that we take, or one too large") from None
            return [self._small(turned, image, width) for width in (320, 800)]

        def _small(self, image: Image.Image, original: Image.Image, width: int) -> dict:
            out = io.BytesIO()
            kept = {"exif": original.getexif()} if app.fault == "keeps EXIF" else {}
            image.resize((width, max(1, image.height * width // image.width))).save(out, "WEBP", **kept)
            return self._keep(out.getvalue(), width)

        def _keep(self, data: bytes, width: int) -> dict:
            name = f"/media/{app.next()}.webp"
            app.pictures[name] = data
            return {"url": name, "width": width}

        def media(self, name: str) -> None:
            self._answer(200, app.pictures[name], "image/webp", Cache_Control="public, max-age=60")

        def search(self) -> None:
            query = unquote(self.query.get("q", "")).lower()
            if app.fault == "breaks on hostile text" and "'" in query:
                raise Refuse(500, "syntax error")
            words = [one for one in MARK.split(query) if one]
            if app.fault == "finds no Korean":
                words = [one for one in words if one.isascii()]
            kept = app.notes if app.fault != "finds what is gone" else self._ever()
            items = [one for one in kept.values() if words and all(self._has(one, word) for word in words)]
            self._answer(200, {"items": items})

        def _ever(self) -> dict[int, dict]:
            app.ever = getattr(app, "ever", {}) | {id: dict(one) for id, one in app.notes.items()}
            return app.ever

        def _has(self, note: dict, word: str) -> bool:
            return word in f"{note['title']} {note['body']}".lower()

        def health(self) -> None:
            self._answer(200, {"status": "ok"})

        def openapi(self) -> None:
            paths: dict[str, dict] = {}
            for method, pattern, _ in ROUTES:
                path = pattern.replace(r"(\d+)", "{id}").replace("(/media/.+)", "/media/{name}")
                if app.fault == "hides a route" and path.endswith("/search"):
                    continue
                names = re.findall(r"\{(\w+)\}", path)
                parameters = [
                    {"name": one, "in": "path", "required": True, "schema": {"type": "string"}} for one in names
                ]
                paths.setdefault(path, {})[method.lower()] = {
                    "parameters": parameters,
                    "responses": {"200": {"description": "-"}},
                }
            if app.fault == "forgets a write route in the matrix":
                paths["/api/admin"] = {"delete": {"responses": {"200": {"description": "-"}}}}
            info = {"title": "tiny"} if app.fault == "writes an invalid document" else {"title": "tiny", "version": "1"}
            self._answer(200, {"openapi": "3.1.0", "info": info, "paths": paths})

        def docs(self) -> None:
            source = (
                "https://cdn.example.com/swagger-ui.js" if app.fault == "loads from elsewhere" else "/api/docs/ui.js"
            )
            self._answer(200, f'<script src="{source}"></script>swagger'.encode(), "text/html")

        def script(self) -> None:
            self._answer(200, b"'use strict';", "text/javascript")

    ROUTES = [
        ("POST", "/api/signup", Handler.signup), ("POST", "/api/login", Handler.login),
        ("POST", "/api/refresh", Handler.refresh), ("POST", "/api/logout", Handler.logout), ("GET", "/api/me", Handler.me),
        ("POST", "/api/notes", Handler.create), ("GET", "/api/notes", Handler.listed),
        ("GET", r"/api/notes/(\d+)", Handler.read), ("PATCH", r"/api/notes/(\d+)", Handler.change),
        ("DELETE", r"/api/notes/(\d+)", Handler.delete), ("POST", r"/api/notes/(\d+)/say", Handler.say),
        ("GET", r"/api/notes/(\d+)/stream", Handler.stream), ("PUT", r"/api/notes/(\d+)/picture", Handler.picture),
        ("GET", "(/media/.+)", Handler.media), ("GET", "/api/search", Handler.search), ("GET", "/api/health", Handler.health),
        ("GET", "/api/openapi.json", Handler.openapi), ("GET", "/api/docs", Handler.docs), ("GET", "/api/docs/ui.js", Handler.script),
    ]  # fmt: skip
    return Handler
