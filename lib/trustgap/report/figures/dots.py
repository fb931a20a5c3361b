"""Shares of one or two groups over many questions: a dot and its interval for each."""

import pandas as pd

from trustgap.report import palette, tables, wording
from trustgap.report.disclosure import Shown
from trustgap.report.figure import Figure
from trustgap.report.figures import axis, phrases, rows
from trustgap.report.figures.canvas import WIDTH, Canvas
from trustgap.report.figures.lettering import SMALL, extent, shorten

LABELS = 258
SPECIAL = 62
"""Width of the column for texts that have no place on the axis, such as [c] and >90%."""

RANKS = 58
SIGNS = (("o", False), ("D", True))
RANK_HEADING = "Possible rank"
TOGETHER = ""
"""The key of ranks that belong to no single mark."""


def dots(
    shown: Shown,
    *,
    headline: str,
    subtitle: str,
    source: str,
    by: str = "item",
    groups: str = "group_a",
    ranks: Shown | None = None,
    alt: str | None = None,
) -> Figure:
    """Draw the share of one or two groups for each of several questions.

    Parameters
    ----------
    shown : Shown
        One share for each value of `by` and of `groups`; at most two of the latter.
    headline, subtitle, source : str
        Computed words.
    by : str
        Column that tells the lines apart: ``item``, ``target``, ``group_a`` or ``area``.
    groups : str
        Column that tells the marks on a line apart; must differ from `by`.
    ranks : Shown, optional
        Rows of estimand ``rank`` for the same groups, or for one other, such as all together; the ranks
        that cannot be excluded stand at the right.
    alt : str, optional
        Text alternative; computed from the same rows where absent.

    Returns
    -------
    Figure
        In order of the mean share, lines without any number last. A hidden value or a bound stands as
        text right of the axis, beside the mark of its group.

    Raises
    ------
    TypeError
        If `shown` or `ranks` is not `Shown`.
    ValueError
        If there are more than two groups, or two rows for one mark.
    """
    entries = rows.read(shown, by=(by, groups))
    marks = list(dict.fromkeys(getattr(row, groups) for row in entries))
    if len(marks) > 2:
        raise ValueError(f"dots draws at most two groups, got {marks}; choose two with shown.where()")
    lines: dict[str, dict[str, tuple]] = {}
    for row in entries:
        lines.setdefault(getattr(row, by), {})[getattr(row, groups)] = row
    ordered = sorted(lines.values(), key=_order)
    sets = _sets(ranks, by, groups, marks)
    names = {getattr(row, groups): rows.label(row, groups) for row in entries}
    bases = {key: rows.base([row.n_text for row in entries if getattr(row, groups) == key]) for key in names}
    keyed = {key: f"{name} ({bases[key]})" if bases[key] else name for key, name in names.items()}
    svg = _draw(ordered, keyed, sets, by)
    table = _table(ordered, names, sets, by, headline)
    return Figure(svg, headline, subtitle, alt or _alt(ordered, names, by), source, table)


def _order(line: dict[str, tuple]) -> tuple[bool, float]:
    """Sort by the mean of what is drawn, the largest first; a bound counts as its limit."""
    values = [row.estimate for row in line.values() if row.estimate == row.estimate]
    return (not values, -round(sum(values) / len(values), 9) if values else 0.0)


def _sets(ranks: Shown | None, by: str, groups: str, marks: list[str]) -> dict[tuple[str, str], str]:
    """Write the set of possible ranks of each mark."""
    if ranks is None:
        return {}
    chosen = ranks.where(estimand="rank")
    if not len(chosen):
        return {}
    ranked = rows.read(chosen, by=(by, groups))
    if {getattr(row, groups) for row in ranked}.isdisjoint(marks):
        return {(getattr(row, by), TOGETHER): _set(row) for row in rows.read(chosen, by=(by,))}
    return {(getattr(row, by), getattr(row, groups)): _set(row) for row in ranked}


def _set(row: tuple) -> str:
    if row.suppressed or row.conf_low != row.conf_low or row.conf_high != row.conf_high:
        return wording.HIDDEN if row.suppressed else wording.UNAVAILABLE
    ends = [f"{row.conf_low:.0f}", f"{row.conf_high:.0f}"]
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def _colours(names: dict[str, str]) -> dict[str, tuple[str, str, bool, float]]:
    """Give each group its colour, marker, and place on the line."""
    shifts = (-8.5, 8.5) if len(names) == 2 else (0.0,)
    return {name: (palette.PAIR[number], *SIGNS[number], shifts[number]) for number, name in enumerate(names)}


def _draw(ordered: list[dict], names: dict[str, str], sets: dict, by: str) -> str:
    looks = _colours(names)
    labels = [_label(line, by) for line in ordered]
    tall = rows.heights(labels, least=38 if len(names) == 2 else 28)
    ranked = list(dict.fromkeys(group for _, group in sets))
    columns = len(ranked)
    scale = axis.Axis(LABELS + 14, WIDTH - SPECIAL - RANKS * columns - 8)
    key_height = _key_height(names, sets)
    bottom = key_height + sum(tall)
    canvas = Canvas(bottom + 26)
    texts = [f"{100 * tick:.0f}%" for tick in axis.PERCENT]
    axis.across(canvas, scale, top=key_height, bottom=bottom, ticks=list(axis.PERCENT), texts=texts)
    _key(canvas, names, looks, key_height, columns)
    for line, label, y in zip(ordered, labels, rows.centres(tall, top=key_height), strict=True):
        canvas.block(LABELS, y, label, align="right")
        for column, group in enumerate(ranked):
            right = WIDTH - 4 - RANKS * (columns - 1 - column)
            text = sets.get((getattr(next(iter(line.values())), by), group), wording.UNAVAILABLE)
            canvas.text(right, y, text, size=SMALL + 1, align="right")
        for group, (colour, marker, hollow, shift) in looks.items():
            row = line.get(group)
            if row is None:
                continue
            axis.interval(canvas, scale, row, y + shift, colour=colour, marker=marker, hollow=hollow)
            if not rows.drawable(row):
                where = scale.end + 18
                canvas.points(
                    [where], [y + shift], colour=colour, marker=marker, hollow=hollow, size=axis.size(marker)
                )
                canvas.text(where + 9, y + shift, row.estimate_text, size=SMALL)
    return canvas.svg()


def _label(line: dict[str, tuple], by: str) -> list[str]:
    """Write the label of a line; the base is in it where there is one group."""
    row = next(iter(line.values()))
    count = rows.base([row.n_text]) if len(line) == 1 and by != "item" else ""
    return rows.named(rows.label(row, by), count, LABELS - 6)


def _key_height(names: dict[str, str], sets: dict) -> float:
    return (34.0 if sets else 24.0) + 20 * (len(_key_lines(names)) - 1)


def _key_lines(names: dict[str, str]) -> list[list[tuple[str, str]]]:
    """Put the names of the groups on one line, or each on its own."""
    limit = WIDTH - 140.0
    short = {group: shorten(name, limit) for group, name in names.items()}
    entries = list(short.items())
    together = sum(extent(name) + 40 for name in short.values())
    return [entries] if together <= limit else [[entry] for entry in entries]


def _key(canvas: Canvas, names: dict[str, str], looks: dict, height: float, columns: int) -> None:
    for number, line in enumerate(_key_lines(names)):
        x = 10.0
        for group, name in line:
            colour, marker, hollow, _ = looks[group]
            y = 12.0 + 20 * number
            canvas.points([x], [y], colour=colour, marker=marker, hollow=hollow, size=axis.size(marker))
            canvas.text(x + 12, y, name)
            x += extent(name) + 40
    if not columns:
        return
    canvas.text(WIDTH - 4, 12, RANK_HEADING, size=SMALL, align="right", colour=palette.NOTES)
    if columns == 2:
        for number, (colour, marker, hollow, _) in enumerate(looks.values()):
            canvas.points(
                [WIDTH - 18 - RANKS * (1 - number)], [height - 6], colour=colour, marker=marker,
                hollow=hollow, size=axis.size(marker),
            )  # fmt: skip


def _alt(ordered: list[dict], names: dict[str, str], by: str) -> str:
    groups = phrases.listing(list(names.values()))
    start = (
        f"Dot chart of shares with 95% intervals for {len(ordered)} {rows.kind(by, len(ordered))}, "
        f"answered by {groups}."
    )
    parts, hidden = [], []
    for group, name in names.items():
        present = [line[group] for line in ordered if group in line]
        shown = [row for row in present if row.estimate == row.estimate]
        hidden += [
            (f"{rows.label(row, by)} ({name})", row.estimate_text)
            for row in present
            if row.estimate != row.estimate
        ]
        if shown:
            ends = phrases.extremes(
                [rows.label(row, by) for row in shown],
                [row.estimate for row in shown],
                [row.estimate_text for row in shown],
            )
            parts.append(f"{name}: {ends}.")
    if not parts:
        return f"{start} Nothing is drawn; {phrases.ALL_HIDDEN}."
    return f"{start} {' '.join(parts)}{phrases.hidden_words(hidden)}"


def _table(ordered: list[dict], names: dict[str, str], sets: dict, by: str, caption: str) -> str:
    lines = []
    for line in ordered:
        first = next(iter(line.values()))
        cells = {"Row": rows.label(first, by)}
        for group, name in names.items():
            row = line.get(group)
            cells[name] = row.estimate_text if row else wording.NOT_APPLICABLE
            cells[f"{name}: 95% interval"] = row.interval_text if row else wording.NOT_APPLICABLE
            cells[f"{name}: base"] = (row.n_text if row else "") or wording.NOT_APPLICABLE
        for group in dict.fromkeys(group for _, group in sets):
            heading = f"{names[group]}: possible rank" if group in names else RANK_HEADING
            cells[heading] = sets.get((getattr(first, by), group), wording.UNAVAILABLE)
        lines.append(cells)
    return tables.table_html(pd.DataFrame(lines), caption=caption)
