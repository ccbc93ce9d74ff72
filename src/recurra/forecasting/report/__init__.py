"""The report: one HTML file on a forecast, with all it shows in it."""

from __future__ import annotations

from typing import Any

from recurra.engine.errors import FileError
from recurra.forecasting.report.page import page as page
from recurra.forecasting.report.subject import Subject as Subject
from recurra.saving.files import as_path, replacing


def write_report(path: Any, subject: Subject) -> None:
    """Write a report, which appears complete or not at all.

    Args:
        path: ends in .html. A file that is there is replaced.
        subject: what it is about.

    Raises:
        FileError: for another ending, and where the file cannot be written.
    """
    path = as_path(path)
    if path.suffix.lower() not in (".html", ".htm"):
        raise FileError(f"{path} does not end in .html.", fixes=[f"{path.with_suffix('.html')}"])
    text = page(subject)
    with replacing(path, overwrite=True) as temporary:
        temporary.write_text(text, encoding="utf-8")
