"""junit.xml, which every CI service can show."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from grading.supervisor import TeamReport

# Characters that XML 1.0 cannot hold: https://www.w3.org/TR/xml/#charsets
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def save(reports: list[TeamReport], file: Path, language: str) -> None:
    suites = ElementTree.Element("testsuites", name="grade")
    for report in reports:
        suite = ElementTree.SubElement(
            suites, "testsuite", name=report.team, tests=str(len(report.checks)),
            failures=str(report.count("failed")), errors=str(sum(one.grader_error for one in report.results.values())),
            skipped=str(report.count("not_checked") + report.count("waived")), time=f"{report.seconds:.2f}",
        )  # fmt: skip
        for id, check in report.checks.items():
            result = report.results[id]
            name = f"{id} {check.title.within(language)}"
            case = ElementTree.SubElement(
                suite,
                "testcase",
                classname=f"{report.team}.{check.requirement}",
                name=name,
                time=f"{result.seconds:.2f}",
            )
            evidence, reason = _clean(result.evidence.within(language)), _clean(result.reason.within(language))
            if result.outcome == "failed":
                failure = ElementTree.SubElement(case, "failure", message=evidence)
                failure.text = f"{check.why.within(language)}\n{check.hint.within(language)}"
            elif result.grader_error:
                ElementTree.SubElement(case, "error", message=reason)
            elif result.outcome != "passed":
                ElementTree.SubElement(case, "skipped", message=f"{result.outcome}: {reason}")
    ElementTree.indent(suites)
    ElementTree.ElementTree(suites).write(file, encoding="utf-8", xml_declaration=True)


def _clean(text: str) -> str:
    return NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
