"""Differences with their intervals: against no difference, with the range that counts as none."""

from collections.abc import Sequence

import pandas as pd

from trustgap.report import palette, tables, wording
from trustgap.report.disclosure import Shown
from trustgap.report.figure import Figure
from trustgap.report.figures import axis, phrases, rows
from trustgap.report.figures.canvas import WIDTH, Canvas
from trustgap.report.figures.lettering import LINE, SMALL, wrap
from trustgap.stats import results

LABELS = 238
VERDICTS = 176
"""Width of the column at the right with the estimate and the verdict in words."""

WIDER = " Thinner lines give the limits that hold for all rows together."


def intervals(
    shown: Shown,
    *,
    headline: str,
    subtitle: str,
    source: str,
    by: str | Sequence[str] = "item",
    ends: tuple[str, str] = ("Lower", "Higher"),
    joined: str = " and ",
    outer: Shown | None = None,
    margin: float | None = None,
    alt: str | None = None,
) -> Figure:
    """Draw differences, or θ, with 95% intervals and what can be concluded from each.

    Parameters
    ----------
    shown : Shown
        Rows of one sort: differences of shares (no difference: 0) or ``theta`` (no difference: 0.5).
    headline, subtitle, source : str
        Computed words.
    by : str or sequence of str
        Column or columns that tell the rows apart; the labels of several are joined.
    ends : tuple of str
        What lies left and right of no difference.
    joined : str
        What stands between the labels of two columns.
    outer : Shown, optional
        The same rows with limits that hold for all of them together; drawn as a thin line behind the
        interval.
    margin : float, optional
        Differences within it count as none in practice; default `results.MARGIN_SHARE`, of θ
        `results.MARGIN_THETA`.
    alt : str, optional
        Text alternative; computed from the same rows where absent.

    Returns
    -------
    Figure
        In the order of the rows. The shaded band is the range that counts as no difference in practice; the
        axis is symmetrical around no difference.

    Raises
    ------
    TypeError
        If `shown` is not `Shown`.
    ValueError
        If two rows would be drawn on one line, or differences and θ are mixed.
    """
    columns = (by,) if isinstance(by, str) else tuple(by)
    entries = rows.read(shown, by=columns)
    sorts = {wording.kind(row.estimand) for row in entries}
    if sorts not in ({"theta"}, {"difference"}):
        raise ValueError(f"intervals draws differences or theta, one sort at a time; got {sorted(sorts)}")
    names = [joined.join(rows.label(row, column) for column in columns) for row in entries]
    theta = sorts == {"theta"}
    wide = {tuple(getattr(row, name) for name in columns): row for row in _read(outer, columns)}
    wider = [wide.get(tuple(getattr(row, name) for name in columns)) for row in entries]
    usual = results.MARGIN_THETA if theta else results.MARGIN_SHARE
    band = usual if margin is None else margin
    svg = _draw(entries, names, wider, ends, theta=theta, margin=band)
    table = _table(entries, names, wider if wide else [], headline)
    words = _alt(entries, names, ends, theta=theta) + (WIDER if wide else "")
    return Figure(svg, headline, subtitle, alt or words, source, table)


def _read(outer: Shown | None, columns: tuple[str, ...]) -> list[tuple]:
    return rows.read(outer, by=columns) if outer is not None and len(outer) else []


def _base(row: tuple) -> str:
    """Say how many answered on each side of the comparison."""
    first = rows.base([row.n_text])
    return f"{first} and {row.n_b:,.0f}" if row.n_b == row.n_b and not row.suppressed else first


def _reach(entries: list[tuple], *, theta: bool) -> float:
    """Find how far the axis goes from no difference: a round step beyond the furthest limit."""
    null = 0.5 if theta else 0.0
    values = [
        abs(value - null)
        for row in entries
        for value in (row.estimate, row.conf_low, row.conf_high)
        if value == value
    ]
    far = max(values, default=0.0)
    steps = (0.1, 0.2, 0.3, 0.4, 0.5) if theta else (0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0)
    return next((step for step in steps if far <= step + 1e-9), steps[-1])


def _draw(
    entries: list[tuple],
    names: list[str],
    wider: list[tuple | None],
    ends: tuple[str, str],
    *,
    theta: bool,
    margin: float,
) -> str:
    null = 0.5 if theta else 0.0
    reach = _reach([*entries, *filter(None, wider)], theta=theta)
    labels = [rows.named(name, _base(row), LABELS - 6) for name, row in zip(names, entries, strict=True)]
    tall = rows.heights(labels, least=34)
    scale = axis.Axis(LABELS + 24, WIDTH - VERDICTS - 12, null - reach, null + reach)
    heads = [wrap(end, (scale.end - scale.start) / 2 - 16, SMALL) for end in ends]
    top = 10 + max(map(len, heads)) * SMALL * LINE + 6
    bottom = top + sum(tall)
    canvas = Canvas(bottom + 26)
    left, right = scale.at(null - margin), scale.at(null + margin)
    canvas.box(left, top, right - left, bottom - top, fill=palette.MARGIN)
    ticks = [null + reach * part for part in (-1, -0.5, 0, 0.5, 1)]
    axis.across(canvas, scale, top=top, bottom=bottom, ticks=ticks, texts=[_tick(t, theta) for t in ticks])
    canvas.line([scale.at(null)] * 2, [top, bottom], colour=palette.TEXT, width=1.2)
    middle = (10 + top - 6) / 2 - 2
    canvas.block(scale.at(null) - 12, middle, heads[0], size=SMALL, align="right", colour=palette.NOTES)
    canvas.block(scale.at(null) + 12, middle, heads[1], size=SMALL, colour=palette.NOTES)
    for row, wide, label, y in zip(entries, wider, labels, rows.centres(tall, top=top), strict=True):
        canvas.block(LABELS, y, label, align="right")
        if wide and rows.drawable(wide) and wide.conf_low == wide.conf_low:
            canvas.line([scale.at(wide.conf_low), scale.at(wide.conf_high)], [y, y], colour=palette.FOCUS)
        axis.interval(canvas, scale, row, y, colour=palette.FOCUS, marker="o", hollow=False)
        clear = row.verdict in ("higher", "lower")
        for number, line in enumerate(_verdict(row)):
            canvas.text(
                WIDTH - VERDICTS + 6, y - 8 + 16 * number if _verdict(row)[1:] else y, line, size=SMALL + 1,
                weight="bold" if clear and not number else "normal",
                colour=palette.NOTES if number else palette.TEXT,
            )  # fmt: skip
    return canvas.svg()


def _tick(value: float, theta: bool) -> str:
    return f"{value:.2f}".rstrip("0") if theta else wording.number(value, "difference")


def _verdict(row: tuple) -> list[str]:
    """Write what stands at the right: the verdict, and the estimate below it."""
    if row.suppressed or row.estimate != row.estimate:
        return [row.estimate_text]
    return [row.verdict_text, row.estimate_text] if row.verdict else [row.estimate_text]


def _alt(entries: list[tuple], names: list[str], ends: tuple[str, str], *, theta: bool) -> str:
    what = "θ, where 0.5 is no difference," if theta else "differences in percentage points"
    start = f"Chart of {what} with 95% intervals, {len(entries)} in all."
    pairs = list(zip(names, entries, strict=True))
    shown = [(name, row) for name, row in pairs if row.estimate == row.estimate]
    hidden = phrases.hidden_words(
        [(n, row.estimate_text) for n, row in pairs if row.estimate != row.estimate]
    )
    if not shown:
        return f"{start} Nothing is drawn; {phrases.ALL_HIDDEN}."
    words = [name for name, _ in shown]
    found = phrases.extremes(
        words, [row.estimate for _, row in shown], [row.estimate_text for _, row in shown]
    )
    said = []
    for verdict, phrase in (("higher", ends[1]), ("lower", ends[0]), ("equivalent", "About the same")):
        count = sum(row.verdict == verdict for _, row in shown)
        said += [f"{phrase}: {count}"] if count else []
    unclear = sum(row.verdict == "inconclusive" for _, row in shown)
    said += [f"cannot say: {unclear}"] if unclear else []
    verdicts = f" Conclusions: {'; '.join(said)}." if said else ""
    return f"{start} Estimates: {found}.{verdicts}{hidden}"


def _table(entries: list[tuple], names: list[str], wider: list[tuple | None], caption: str) -> str:
    lines = [
        {
            "Row": name,
            "Estimate": row.estimate_text,
            "95% interval": row.interval_text,
            "Base": _base(row).removeprefix("n = ") or wording.NOT_APPLICABLE,
            "Conclusion": row.verdict_text or wording.UNAVAILABLE,
        }
        for name, row in zip(names, entries, strict=True)
    ]
    for line, wide in zip(lines, wider, strict=False):
        line["Interval for all rows together"] = wide.interval_text if wide else wording.NOT_APPLICABLE
    return tables.table_html(pd.DataFrame(lines), caption=caption)
