"""What a page of metrics shows: which of them as charts, all of them and what was tried as tables."""

import pandas as pd

from trustgap.report import tables, vocabulary, wording
from trustgap.report.disclosure import Shown
from trustgap.report.figures.control_words import SIGNALS
from trustgap.report.tables import Table
from trustgap.stats.tracking.charts import KINDS as ORDER
from trustgap.stats.tracking.charts import is_share
from trustgap.stats.tracking.periods import spacing

CHARTS = 6
"""So many metrics have a chart; a page that tracks more would hardly be read."""

EVERY = {"week": "weekly", "month": "monthly", "quarter": "quarterly", "year": "yearly"}
WANTED = {"up": "higher is better", "down": "lower is better"}

NONE = "–"

KINDS = {"outcome": "Outcome", "process": "Process", "balancing": "Balancing"}


def measures(metrics: pd.DataFrame, *, kinds: list[str]) -> list[tuple[str, str]]:
    """Choose the metrics that get a chart, outcomes first, and say what each of them measures.

    Parameters
    ----------
    metrics : DataFrame
        The area's metrics.
    kinds : list of str
        Only those of these kinds.

    Returns
    -------
    list of (str, str)
        Id and subtitle of a chart, such as "Delayed discharges, %, monthly, lower is better"; of all
        kinds together at most `CHARTS`.

    Examples
    --------
    >>> metrics = pd.DataFrame({"metric": "falls", "label": "Falls", "kind": "outcome", "wanted": "down",
    ...     "unit": "people", "period": ["2024-01-01", "2024-02-01"], "numerator": float("nan")})
    >>> measures(metrics, kinds=["outcome"])
    [('falls', 'Falls, people, monthly, lower is better')]
    """
    place = metrics["kind"].map({kind: number for number, kind in enumerate(ORDER)})
    chosen = metrics.assign(_place=place).sort_values("_place", kind="stable")
    groups = list(chosen.groupby("metric", sort=False))[:CHARTS]
    return [(name, _subtitle(part)) for name, part in groups if part["kind"].iloc[0] in kinds]


def _subtitle(rows: pd.DataFrame) -> str:
    first = rows.iloc[0]
    unit = "%" if is_share(rows) else first["unit"]
    parts = [first["label"], unit, EVERY.get(spacing(rows["period"]), ""), WANTED.get(first["wanted"], "")]
    return ", ".join(part for part in parts if part)


def overview(shown: Shown, *, caption: str) -> Table | None:
    """Give every metric one line: its last figure, its limits and how many signals it has.

    Parameters
    ----------
    shown : Shown
        Rows of the analysis ``tracking``.
    caption : str
        What the table shows.

    Returns
    -------
    Table, or None
        None where every metric has a chart of its own.

    Raises
    ------
    TypeError
        If `shown` is anything but `Shown`.
    """
    tables.require(shown)
    frame = shown.frame
    if frame["item"].nunique() <= CHARTS:
        return None
    texts = pd.DataFrame([_overview(part) for _, part in frame.groupby("item", sort=False)])
    return tables.of_texts(texts, caption=caption)


def _overview(rows: pd.DataFrame) -> dict[str, str]:
    points = rows[rows["estimand"].isin(["metric_share", "metric_value"])]
    last = points.iloc[-1]
    ends = [
        rows[rows["estimand"].str.endswith(f"_{end}")].iloc[-1]["estimate_text"] for end in ("low", "high")
    ]
    signals = points["verdict"].value_counts()
    said = [f"{signals[name]} of {vocabulary.VERDICTS[name].lower()}" for name in SIGNALS if name in signals]
    return {
        "Measure": last["item_label"],
        "Kind": KINDS.get(last["target"], last["target"]),
        "Last figure": f"{last['estimate_text']} ({last['wave_label']})",
        "Ordinary variation": NONE if wording.UNAVAILABLE in ends else " to ".join(ends),
        "Signals": ", ".join(said) or "none",
    }


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
    tables.require(shown)
    frame = shown.frame[shown.frame["item"].ne("")]
    if frame.empty:
        return None
    place = frame["target"].map({kind: number for number, kind in enumerate(KINDS)})
    ordered = frame.assign(_place=place).sort_values(["wave", "group_a", "_place"], kind="stable")
    lines = [_line(part) for _, part in ordered.groupby(["area", "group_a", "item"], sort=False)]
    texts = pd.DataFrame(lines)
    return tables.of_texts(texts, caption=caption)


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
    said = [vocabulary.REASONS[change.reason]] if change.reason else []
    if "from" in by_name:
        said.append(f"could be said from {by_name['from'].estimate_text}")
    if change.verdict == "difference":
        first = f"first signal in {by_name['at'].estimate_text}"
        said.append(first if change.material else f"{first}; perhaps smaller than a change worth having")
    return "; ".join(said) or NONE
