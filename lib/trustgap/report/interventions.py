"""The table of what was tried: one row for each measure of each intervention, outcomes first."""

import pandas as pd

from trustgap.report import wording
from trustgap.report.disclosure import Shown
from trustgap.report.tables import Table, legend_html, table_html

NONE = "–"

KINDS = {"outcome": "Outcome", "process": "Process", "balancing": "Balancing"}


def interventions(shown: Shown, *, caption: str) -> Table | None:
    """Set out what was measured of every intervention, the verdict, and when it could be said.

    Parameters
    ----------
    shown : Shown
        Rows of the analysis ``intervention``.
    caption : str
        What the table shows.

    Returns
    -------
    Table, or None
        None where nothing was tried.

    Raises
    ------
    TypeError
        If `shown` is anything but `Shown`.
    """
    if not isinstance(shown, Shown):
        raise TypeError(f"a table takes protected results (Shown), got {type(shown).__name__}")
    frame = shown.frame[shown.frame["item"].ne("")]
    if frame.empty:
        return None
    place = frame["target"].map({kind: number for number, kind in enumerate(KINDS)})
    ordered = frame.assign(_place=place).sort_values(["wave", "group_a", "_place"], kind="stable")
    lines = [_line(part) for _, part in ordered.groupby(["area", "group_a", "item"], sort=False)]
    texts = pd.DataFrame(lines)
    return Table(table_html(texts, caption=caption) + legend_html(texts), f"Table: {caption}")


def _line(rows: pd.DataFrame) -> dict[str, str]:
    by_name = {row.estimand.rsplit("_", 1)[1]: row for row in rows.itertuples(index=False)}
    change, sides = by_name["change"], [_text(by_name[side]) for side in ("before", "after")]
    return {
        "Intervention": f"{change.group_a_label} ({change.wave_label})",
        "Measure": change.item_label,
        "Kind": KINDS.get(change.target, change.target),
        "Average before and after": " to ".join(sides),
        "Change in comparison areas": _text(by_name["elsewhere"]),
        "Change beyond it (95% interval)": _with_interval(change),
        "Verdict": change.verdict_text,
        "Why, or when": _when(change, by_name),
    }


def _text(row: tuple) -> str:
    """Write a number; the last column says why there is none."""
    return NONE if row.estimate_text == wording.UNAVAILABLE else row.estimate_text


def _with_interval(change: tuple) -> str:
    if change.interval_text.startswith("["):
        return _text(change)
    return f"{change.estimate_text} ({change.interval_text})"


def _when(change: tuple, by_name: dict[str, tuple]) -> str:
    if change.suppressed:
        return wording.HIDDEN
    said = [wording.REASONS[change.reason]] if change.reason else []
    if "from" in by_name:
        said.append(f"could be said from {by_name['from'].estimate_text}")
    if change.verdict == "difference":
        first = f"first signal in {by_name['at'].estimate_text}"
        said.append(first if change.material else f"{first}; perhaps smaller than a change worth having")
    return "; ".join(said) or NONE
