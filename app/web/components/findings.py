"""What a parser found doubtful, as a report to read: conflicts first, by kind, with the line and what was decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd
import streamlit as st
from pydantic import TypeAdapter

from litatlas.app.jobs import ReportLine
from litatlas.graph.models import Severity

from .texts import counted, label, one_line

_NAMES = {
    Severity.CONFLICT: ":red-badge[conflict]",
    Severity.WARNING: ":orange-badge[warning]",
    Severity.NOTE: ":gray-badge[note]",
}
_PLURALS = {Severity.CONFLICT: "conflict", Severity.WARNING: "warning", Severity.NOTE: "note"}
_MOST = 1000
_LINES = TypeAdapter(ReportLine)


def parse_report(lines: Sequence[ReportLine], *, key: str) -> None:
    """The whole report; filtered by severity and kind, and to be taken away as JSON lines."""
    if not lines:
        st.caption("Nothing in it was doubtful.")
        return
    severities = Counter(line.finding.severity for line in lines)
    shown = st.pills(
        "What the parser had to decide",
        [each for each in _NAMES if each in severities],
        selection_mode="multi",
        default=None,
        format_func=lambda each: counted(severities[each], _PLURALS[each]),
        key=f"{key}-severity",
    )
    wanted = [line for line in lines if not shown or line.finding.severity in shown]
    kinds = Counter(line.finding.code for line in wanted)
    kind = st.selectbox(
        "Kind",
        ["", *sorted(kinds, key=lambda code: -kinds[code])],
        format_func=lambda code: f"{_kind(code)} ({kinds[code]:,})" if code else f"All kinds ({len(wanted):,})",
        key=f"{key}-kind",
    )
    wanted = [line for line in wanted if kind in ("", line.finding.code)]
    if not shown and not kind:
        _worst(wanted)
    st.dataframe(
        pd.DataFrame([_row(line) for line in wanted[:_MOST]]),
        hide_index=True,
        height=min(38 + 35 * len(wanted), 420),
        column_config={
            "Line": st.column_config.NumberColumn(width="small"),
            "": st.column_config.Column(width="small"),
        },
    )
    if len(wanted) > _MOST:
        st.caption(f"The first {_MOST:,} of {len(wanted):,}; the download has all.")
    st.download_button(
        "Download the report (JSON lines)",
        data=b"".join(_LINES.dump_json(line) + b"\n" for line in lines),
        file_name="litatlas-findings.jsonl",
        mime="application/x-ndjson",
        on_click="ignore",
        icon=":material/download:",
        key=f"{key}-download",
    )


def _worst(lines: Sequence[ReportLine], most: int = 3) -> None:
    for line in [each for each in lines if each.finding.severity is Severity.CONFLICT][:most]:
        finding = line.finding
        st.markdown(
            f"{_NAMES[finding.severity]} {_where(line)}: {one_line(label(finding.message, 300))}"
            f" — {one_line(label(finding.decision, 200))}"
        )


def _where(line: ReportLine) -> str:
    file = f"{one_line(label(line.finding.file, 60))}, " if line.finding.file else ""
    return f"{file}line {line.finding.line}" if line.finding.line else f"{file}as a whole"


def _row(line: ReportLine) -> dict[str, str | int | None]:
    finding = line.finding
    return {
        "": finding.severity.value,
        "Line": finding.line or None,
        **({"File": label(finding.file, 60)} if finding.file else {}),
        "Kind": _kind(finding.code),
        "What": label(finding.message, 400),
        "Decided": label(finding.decision, 300),
        "The line": label(line.text, 300),
    }


def _kind(code: str) -> str:
    return code.replace("-", " ")
