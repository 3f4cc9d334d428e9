"""A small frontend behind TLS: below `/` each path is a page that does one thing wrong, and the whole does `fault` wrong."""

import gzip
import ssl
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

POLICY = "default-src 'self'; img-src 'self' data:"
SCRIPT = "document.querySelector('main').hidden = false;" + " " * 2000
RIGHT = "<h1>A small page</h1><p>There is enough text on it to be read.</p><a href='/right'>Again</a>"
# What stands in the page, and what else its script does.
BODIES = {
    "empty": "<p>.</p>",
    "asks elsewhere": f"{RIGHT}<img alt='' src='https://elsewhere.example/x.png'>",
    "cannot be read": f"{RIGHT}<p style-like><img src='data:,'><input></p>",
}
SCRIPTS = {
    "logs an error": "console.error('something is wrong')",
    "throws": "setTimeout(() => { throw new Error('a mistake') })",
    "lacks a file": "fetch('/assets/nothing.json')",
    "never shows": "document.querySelector('main').remove()",
    "never answers": "while (true) {}",
    "asks a question": "alert('Will somebody click?'); confirm('Nobody?')",
}
POLICIES = {"has no policy": "", "allows inline scripts": "default-src 'self' 'unsafe-inline' 'unsafe-eval' data:"}
PAGES = ["right", "lost on reload", *BODIES, *SCRIPTS, *POLICIES]


class Pages:
    """A server for the time of a test, on all addresses."""

    def __init__(self, secrets: Path, fault: str = "") -> None:
        self.fault = fault
        self.asked: Counter[str] = Counter()
        self.server = ThreadingHTTPServer(("0.0.0.0", 0), _handler(self))
        self.server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(secrets / "tls/nginx.crt", secrets / "tls/nginx.key")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def _page(name: str, asset: str) -> str:
    return (
        "<!doctype html><html lang='en'><head><title>Small</title><link rel='icon' href='data:,'>"
        f"<script type='module' src='{asset}'></script></head><body><main hidden>{BODIES.get(name, RIGHT)}</main></body></html>"
    )


def _handler(pages: Pages) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            name = self.path.strip("/").replace("%20", " ")
            pages.asked[name] += 1
            if name.startswith("assets/"):
                return self.asset(name)
            asset = "/assets/app.js" if pages.fault == "unhashed" else f"/assets/{name.replace(' ', '-')}-0a1b2c3d.js"
            lost = name == "lost on reload" and pages.asked[name] > 1
            kept = "max-age=3600" if pages.fault == "keeps the page" else "no-cache"
            headers = {"Cache-Control": kept, "Content-Security-Policy": POLICIES.get(name, POLICY)}
            return self.answer(404 if lost else 200, "text/html; charset=utf-8", _page(name, asset).encode(), headers)

        def asset(self, name: str) -> None:
            page = name.removeprefix("assets/").removesuffix(".js").rpartition("-")[0].replace("-", " ")
            if not name.endswith(".js") or page == "missing":
                found = pages.fault == "answers with the page"
                return self.answer(200 if found else 404, "text/html", b"<h1>Small</h1>", {})
            kept = "max-age=60" if pages.fault == "forgets assets" else "public, max-age=31536000, immutable"
            data = f"{SCRIPT}{SCRIPTS.get(page, '')}".encode()
            headers = {"Cache-Control": kept}
            if pages.fault != "compresses nothing":
                data, headers["Content-Encoding"] = gzip.compress(data), "gzip"
            return self.answer(200, "text/javascript", data, headers, length=pages.fault != "compresses late")

        def answer(self, status: int, kind: str, data: bytes, headers: dict[str, str], length: bool = True) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            if length:
                self.send_header("Content-Length", str(len(data)))
            for name, value in headers.items():
                if value:
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

    return Handler
