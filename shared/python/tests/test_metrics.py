from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from teamkit import metrics


def sample(name: str, /, **labels: str) -> float:
    """The value of one sample as a scrape gives it; 0 if there is none."""
    for family in text_string_to_metric_families(metrics.render()[0].decode()):
        for found in family.samples:
            if found.name == name and found.labels == labels:
                return float(found.value)
    return 0


def test_a_request_is_counted_and_timed_under_its_routes_template() -> None:
    meter = metrics.RequestMeter("bakery-test")

    for status in (200, 200, 404):
        seconds = meter.finish(meter.start(), "/api/bread/<id>", "GET", status)

    labels = {"service": "bakery-test", "method": "GET", "route": "/api/bread/<id>"}
    assert sample("http_requests_total", **labels, status="200") == 2
    assert sample("http_requests_total", **labels, status="404") == 1
    assert sample("http_request_duration_seconds_count", **labels) == 3
    assert 0 <= seconds < 1


def test_requests_in_progress_go_up_and_down() -> None:
    meter = metrics.RequestMeter("bakery-busy")
    started = meter.start()
    during = sample("http_requests_in_progress", service="bakery-busy")

    meter.finish(started, "/", "GET", 200)

    assert (during, sample("http_requests_in_progress", service="bakery-busy")) == (1, 0)


def answer(path: str, method: str = "GET") -> tuple[str, bytes]:
    said: list[Any] = []
    body = metrics.wsgi_app({"PATH_INFO": path, "REQUEST_METHOD": method}, lambda *start: said.append(start))
    return said[0][0], b"".join(body)


def test_the_internal_port_serves_metrics_and_nothing_else() -> None:
    status, body = answer("/metrics")

    assert status == "200 OK"
    assert b"http_requests_total" in body
    assert answer("/")[0] == answer("/api/health")[0] == answer("/metrics", "POST")[0] == "404 Not Found"


def test_every_name_that_the_dashboards_use_is_there() -> None:
    text = metrics.render()[0].decode()

    for name in ("cache_requests_total", "task_duration_seconds", "tasks_total", "realtime_connections"):
        assert f"# TYPE {name}" in text
