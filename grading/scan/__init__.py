"""Vulnerability scans whose silence can be trusted."""

from grading.scan.trivy import Finding, Scan, Scanner, ScannerUnfit, misconfiguration

__all__ = ["Finding", "Scan", "Scanner", "ScannerUnfit", "misconfiguration"]
