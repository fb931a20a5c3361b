"""What a control chart says in words and numbers: its text alternative and its table."""

import pandas as pd

from trustgap.report import tables, vocabulary, wording
from trustgap.report.figures import phrases, rows

SIGNALS = ("improvement", "concern", "high", "low")
"""Verdicts on points that are more than ordinary variation."""


def alt(found: dict[str, object], start: tuple | None) -> str:
    """Describe a control chart to those who do not see it.

    Parameters
    ----------
    found : dict
        ``points`` (rows by period), ``periods``, and by period the rows of ``low`` and ``high``.
    start : namedtuple, optional
        The row of what was begun.

    Returns
    -------
    str
    """
    points, periods = found["points"], found["periods"]
    drawn = [points[p] for p in periods if p in points and rows.drawable(points[p])]
    if not drawn:
        return f"Control chart of {len(points)} points. Nothing is drawn: too few people for any to be shown."
    span = " to ".join(dict.fromkeys([drawn[0].wave_label, drawn[-1].wave_label]))
    said = [f"Control chart of “{drawn[0].item_label}”, {len(drawn)} points from {span}"]
    names, values = [row.wave_label for row in drawn], [row.estimate for row in drawn]
    said.append(phrases.extremes(names, values, [row.estimate_text for row in drawn]))
    low, high = (found[name][periods[-1]] for name in ("low", "high"))
    if low is not None and high is not None and low.estimate == low.estimate:
        said.append(f"limits at the end {low.estimate_text} and {high.estimate_text}")
    for verdict in SIGNALS:
        some = [row for row in drawn if row.verdict == verdict]
        if some:
            count = f"{len(some)} point{'s' if len(some) > 1 else ''}"
            said.append(
                f"{count} marked {vocabulary.VERDICTS[verdict].lower()}, first in {some[0].wave_label}"
            )
    if start is not None:
        said.append(f"a line marks {start.wave_label}: {start.group_a_label}")
    hidden = [row.wave_label for row in points.values() if not rows.drawable(row)]
    if hidden:
        who = phrases.listing(hidden) if len(hidden) <= 4 else f"{len(hidden)} periods"
        said.append(f"not drawn for {who}: too few people for it to be shown")
    return f"{'. '.join(text[:1].upper() + text[1:] for text in said)}."


def table(found: dict[str, object], caption: str) -> str:
    """Write the numbers of a control chart as a table.

    Parameters
    ----------
    found : dict
        As for `alt`.
    caption : str
        What it shows.

    Returns
    -------
    str
        HTML.
    """
    cells = []
    for period, row in found["points"].items():
        ends = [found[name][period] for name in ("low", "high")]
        texts = [end.estimate_text if end is not None else wording.UNAVAILABLE for end in ends]
        signal = vocabulary.VERDICTS[row.verdict] if row.verdict else "–"
        line = {"Period": row.wave_label, "Figure": row.estimate_text, "Base": row.n_text or "–"}
        cells.append(line | {"Lower limit": texts[0], "Upper limit": texts[1], "Signal": signal})
    return tables.table_html(pd.DataFrame(cells), caption=caption)
