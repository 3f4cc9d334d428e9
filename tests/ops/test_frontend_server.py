"""The promises of platform/nginx/frontend.conf, asked of the real nginx with a small site in it."""

import gzip
import json
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ops import secrets
from ops.paths import PLATFORM

PAGE = "<!doctype html><title>Small</title>" + "<p>text</p>" * 200
SCRIPT = "console.log('small');" * 100
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def docker(*words: str) -> str:
    return subprocess.run(["docker", *words], capture_output=True, text=True, check=True).stdout.strip()


def fill(folder: Path) -> None:
    (folder / "assets").mkdir()
    (folder / "index.html").write_text(PAGE)
    (folder / "robots.txt").write_text("User-agent: *\n")
    (folder / "assets/index-4f2a.js").write_text(SCRIPT)
    (folder / "assets/photo-77aa.png").write_bytes(b"\x89PNG\r\n")
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    docker("run", "--rm", "-v", f"{folder}:/site", "course/node-build:1", "compress", "/site")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("secrets")
    secrets.ensure(directory, ["tiny"])
    return directory


@pytest.fixture(scope="module")
def container(keys: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    folder.chmod(0o755)
    fill(folder)
    mounts = {
        PLATFORM / "nginx/frontend.conf": "/etc/nginx/nginx.conf",
        folder: "/usr/share/nginx/html",
        keys / "ca.crt": "/run/secrets/ca.crt",
        keys / "tls/tiny-frontend.crt": "/run/secrets/tls.crt",
        keys / "tls/tiny-frontend.key": "/run/secrets/tls.key",
    }
    volumes = [word for source, target in mounts.items() for word in ("-v", f"{source}:{target}:ro")]
    name = docker(
        *(
            "run",
            "--detach",
            "--label",
            "course.tests=1",
            "--hostname",
            "tiny-frontend",
            "--publish",
            "127.0.0.1::8443",
        ),
        *("--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"),
        *volumes,
        "course/nginx:1",
    )
    yield name
    docker("rm", "--force", "--volumes", name)


@pytest.fixture(scope="module")
def site(container: str, keys: Path) -> Iterator[httpx.Client]:
    port = docker("port", container, "8443/tcp").rpartition(":")[2]
    transport = httpx.HTTPTransport(verify=ssl.create_default_context(cafile=keys / "ca.crt"), retries=10)
    with httpx.Client(base_url=f"https://localhost:{port}", transport=transport) as client:
        yield client


def test_what_vite_has_named_by_its_content_is_kept_for_ever(site: httpx.Client) -> None:
    reply = site.get("/assets/index-4f2a.js")

    assert reply.text == SCRIPT
    assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "javascript" in reply.headers["content-type"]


@pytest.mark.parametrize("path", ["/", "/article/one", "/profile/kim.lee", "/tag/vue.js", "/editor?x=a.js"])
def test_every_address_of_the_application_is_the_page_and_asked_for_anew(site: httpx.Client, path: str) -> None:
    reply = site.get(path, headers=BROWSER)

    assert (reply.status_code, reply.text) == (200, PAGE)
    assert reply.headers["cache-control"] == "no-cache"
    assert site.get(path, headers=BROWSER | {"If-None-Match": reply.headers["etag"]}).status_code == 304


@pytest.mark.parametrize(
    "path",
    ["/assets/index-0000.js", "/assets/", "/wp-login.php", "/blog/wp-login.php", "/favicon.ico", "/.env", "/.git/config",
     "/assets/index-4f2a.js.map", "/article/app.js.map"],
)  # fmt: skip
def test_a_file_that_is_not_there_is_not_the_page_even_for_a_browser(site: httpx.Client, path: str) -> None:
    reply = site.get(path, headers=BROWSER)

    assert reply.status_code == 404
    assert PAGE not in reply.text
    assert reply.headers["cache-control"] == "no-store"


def test_a_script_that_is_not_there_is_not_the_page_wherever_it_is_asked_for(site: httpx.Client) -> None:
    assert site.get("/article/main.js", headers={"Accept": "*/*"}).status_code == 404


def test_other_files_are_kept_for_an_hour(site: httpx.Client) -> None:
    assert site.get("/robots.txt").headers["cache-control"] == "public, max-age=3600"


@pytest.mark.parametrize(("accepted", "encoding"), [("gzip", "gzip"), ("gzip, br", "br"), ("identity", None)])
def test_text_comes_as_it_was_compressed_beforehand(site: httpx.Client, accepted: str, encoding: str | None) -> None:
    with site.stream("GET", "/", headers={"Accept-Encoding": accepted}) as reply:
        raw = b"".join(reply.iter_raw())

    assert reply.headers.get("content-encoding") == encoding
    assert reply.headers["vary"] == "Accept-Encoding"
    assert len(raw) == (len(PAGE) if encoding is None else int(reply.headers["content-length"]))
    if encoding == "gzip":
        assert gzip.decompress(raw).decode() == PAGE
    assert (len(raw) < len(PAGE) / 5) == (encoding is not None)


def test_nothing_can_be_sent_to_it(site: httpx.Client) -> None:
    assert site.post("/", content=b"x").status_code == 405
    assert site.put("/assets/index-4f2a.js", content=b"x").status_code == 405


def test_a_request_is_one_line_of_json_with_the_edges_id_and_without_the_query(
    site: httpx.Client, container: str
) -> None:
    site.get("/search?q=secret", headers={"X-Request-ID": "frontend-test-1", "X-Real-IP": "192.0.2.7"})

    lines = [json.loads(line) for line in docker("logs", container).splitlines()]
    (line,) = [line for line in lines if line.get("request_id") == "frontend-test-1"]
    assert (line["service"], line["path"], line["client"]) == ("tiny-frontend", "/search", "192.0.2.7")
    assert not [line for line in lines if "secret" in json.dumps(line)]
    assert not [line for line in lines if line.get("path") == "/healthz"]


def test_it_is_healthy_and_stops_well(container: str) -> None:
    """Last in this file: it leaves the server stopped."""
    assert docker("exec", container, "/usr/local/bin/probe", "https", "8443", "/healthz") == ""

    docker("stop", "--timeout", "10", container)

    assert docker("inspect", "--format", "{{.State.ExitCode}}", container) == "0"
