"""The reference with many things wrong at once, really built, started and graded: `python -m tests.grading.sabotage.reference [ID ...]`.

It takes five minutes, most of them waiting for what never turns unhealthy, so it is no part of the tests; run it after a
change of a check. What cannot be broken beside the others, or not without stopping the stack, is in the test_ files.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[3]
KIT, BLOG, MONITORING = "shared/python/teamkit", "teams/blog", "teams/blog/monitoring"

# The checks that must fail, the file, what is in it (a regular expression), what stands there instead.
PATCHES = [
    ("P1.1", f"{BLOG}/backend/Dockerfile", r"(?m)^(RUN python3.13 -m compileall -q --invalid.*)$", r"\1 && head -c 40000000 /dev/urandom > /app/heavy"),
    ("P2.3", f"{BLOG}/backend/Dockerfile", r"(?m)^WORKDIR /app$", "WORKDIR /app\nCOPY --from=packages /usr/bin/x86_64-linux-gnu-gcc-14 /opt/harmless"),
    ("P3.2 P3.3", f"{BLOG}/backend/blog/services/freshness.py", r"blog\.cache\.invalidate\(.*\)", "pass"),
    ("P4.1 P4.2 P4.3", "platform/compose.yaml", r'(?s)(9113", /\]\n)    deploy:.*?\n\n', r"\1\n"),
    ("M1.1 M1.4 A1.4", f"{MONITORING}/scrape.yml", r"server_name: blog-worker", "server_name: somebody-else"),
    ("M1.2", f"{KIT}/metrics.py", r"bound\[1\]\(seconds\)", "pass"),
    ("M1.3", f"{KIT}/flask.py", r'"teamkit.route"\] = rule.rule', '"teamkit.route"] = request.path'),
    ("M1.5", "platform/nginx/nginx.conf", r"(?s)(\(metrics\|internal\)\(/\|\$\) \{).*?\n        \}", r"""\1
            proxy_ssl_name $api_host;
            proxy_pass https://$api_host:9000;
        }"""),
    ("M2.1", f"{BLOG}/backend/Dockerfile", r"(?m)^ENTRYPOINT .*jsonlog.*", ""),
    ("M2.1", f"{BLOG}/backend/blog/wsgi.py", r"(?m)^def create_app", 'print("the blog is ready", flush=True)\n\n\ndef create_app'),
    ("M2.2", f"{KIT}/queue.py", r'logs\.bind_request_id\(getattr\(self\.request.*\)', 'logs.bind_request_id("")'),
    ("M2.3", "platform/nginx/nginx.conf", r'"path":"\$path"', '"path":"$request_uri"'),
    ("M3.1", "platform/compose.yaml", r'test: \[CMD, /usr/local/bin/probe, https, "9121", /health\]', "test: [NONE]"),
    ("M3.2", f"{BLOG}/compose.yaml", r"/api/health/ready", "/api/health/live"),
    ("M3.3", f"{BLOG}/compose.yaml", r'/tmp/worker.heartbeat, "\d+"', '/tmp/worker.heartbeat, "99999"'),
    ("M4.1", f"{MONITORING}/dashboard.json", r"blog_comments_total", "blog_coments_total"),
    ("M4.3 M4.4", "platform/prometheus/platform.rules.yml", r"for: 15s", "for: 15m"),
    ("M4.3 M4.4", "platform/prometheus/service.rules.yml", r"for: (15s|1m)", "for: 15m"),
    ("A2.1", f"{BLOG}/DESIGN.md", r"(?m)^\| Encryption.*\n", ""),
    ("A2.2", f"{BLOG}/DESIGN.md", r"(`redis` \| )\d+", r"\g<1>55"),
    ("A3.1 A1.6", "platform/redis/redis.conf", r"appendonly yes", "appendonly no"),
    ("O1.2 O2.1 O3.1 O4.1 O5.1 O5.2", f"{BLOG}/compose.yaml", r"x-swarm: \{deploy: \{replicas: 3\}\}", "x-swarm: {deploy: {replicas: 1, "
     "placement: {constraints: [node.labels.data == true], max_replicas_per_node: 1}, update_config: {order: stop-first, failure_action: pause}}}"),
    ("A3.3", f"{BLOG}/compose.yaml", r"(?m)^  blog-beat:\n", "  blog-beat:\n    stop_signal: SIGKILL\n"),
]  # fmt: skip


def copy(target: Path, patches: list[tuple[str, str, str, str]]) -> None:
    """The committed and changed files of this repository, with the patches in."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    for ids, name, old, new in patches:
        text = (target / name).read_text()
        changed, times = re.subn(old, new, text)
        if not times:
            raise SystemExit(f"{ids}: {name} no longer has {old!r}")
        (target / name).write_text(changed)


def main(only: set[str]) -> int:
    """Grade the broken copy (broken for `only` these checks, if any is named); 1 if a check let something pass."""
    patches = [one for one in PATCHES if not only or only & set(one[0].split())]
    wanted = {id for ids, *_ in patches for id in ids.split()}
    with tempfile.TemporaryDirectory(prefix="course-sabotage-") as folder:
        target, out = Path(folder) / "fork", Path(folder) / "out"
        copy(target, patches)
        command = [sys.executable, "-m", "grading", str(target), "--only", ",".join(sorted(wanted)), "--out", str(out)]
        subprocess.run(command, cwd=ROOT, check=False)
        checks = json.loads((out / "report.json").read_text())["teams"][0]["checks"]
    passed = [one["id"] for one in checks if one["outcome"] != "failed"]
    print(f"{len(wanted) - len(passed)} of {len(wanted)} checks failed as they must; not failed: {passed or 'none'}")
    return 1 if passed else 0


if __name__ == "__main__":
    sys.exit(main(set(sys.argv[1:])))
