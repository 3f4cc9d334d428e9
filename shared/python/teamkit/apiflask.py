"""Routes that every APIFlask application serves beside its own: what users' browsers report."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response, request

from teamkit import browser
from teamkit.flask import client_address
from teamkit.ratelimit import RateLimit


def browser_reports(reports: browser.Reports, limits: RateLimit, per_minute: int) -> APIBlueprint:
    """The three routes under /api/browser; `per_minute` is how many reports one address may send."""
    routes = APIBlueprint("browser", __name__, url_prefix="/api/browser", tag="Browser")

    @routes.before_request
    def bound() -> None:
        request.max_content_length = browser.MAX_BYTES
        limits.hit("browser", client_address(), per_minute, 60)

    @routes.post("/vitals")
    @routes.input(browser.Vitals)
    @routes.output({}, status_code=204)
    @routes.doc(operation_id="ReportVitals", responses=[422, 429])
    def vitals(json_data: Any) -> Response:
        """How a page felt: Web Vitals in milliseconds, CLS without a unit"""
        reports.vitals(json_data)
        return Response(status=204)

    @routes.post("/errors")
    @routes.input(browser.Errors)
    @routes.output({}, status_code=204)
    @routes.doc(operation_id="ReportErrors", responses=[422, 429])
    def errors(json_data: Any) -> Response:
        """Errors that nothing in a page caught"""
        reports.errors(json_data)
        return Response(status=204)

    @routes.post("/csp")
    @routes.output({}, status_code=204)
    @routes.doc(operation_id="ReportViolations", responses=[413, 422, 429])
    def violations() -> Response:
        """What the content security policy stopped; browsers send this by themselves"""
        reports.violations(browser.violations(request.get_data()))
        return Response(status=204)

    return routes
