"""Shares over the waves of a survey: one small chart for each group or team, all on the same scale."""

import pandas as pd

from trustgap.report import palette, tables, wording
from trustgap.report.disclosure import Shown
from trustgap.report.figure import Figure
from trustgap.report.figures import axis, phrases, rows
from trustgap.report.figures.canvas import WIDTH, Canvas
from trustgap.report.figures.lettering import LINE, SIZE, SMALL, extent, wrap

LEFT = 44
GAP = 22
END = 48
"""Room right of the last wave for its number."""

PLOT = 150
TEXTS = 36
"""Room for two lines of texts that have no place on the scale, such as [c] and >90%."""


def lines(
    shown: Shown,
    *,
    waves: pd.DataFrame,
    headline: str,
    subtitle: str,
    source: str,
    by: str = "group_a",
    alt: str | None = None,
) -> Figure:
    """Draw how a share moved over the waves, one panel for each value of `by`.

    Parameters
    ----------
    shown : Shown
        One share for each wave and value of `by`.
    waves : DataFrame, indexed by wave in time order
        ``label`` and ``time`` in years: distances on the axis are true, and a wave without answers
        leaves a gap.
    headline, subtitle, source : str
        Computed words.
    by : str
        Column that makes the panels: ``group_a``, ``target`` or ``item``.
    alt : str, optional
        Text alternative; computed from the same rows where absent.

    Returns
    -------
    Figure
        In each panel its own line with the 95% interval as a band, the others in grey, and the last
        number. A hidden value is marked [c] at its wave, and the line is broken there.

    Raises
    ------
    TypeError
        If `shown` is not `Shown`.
    ValueError
        If a wave comes twice in a panel, or is not in `waves`.
    """
    entries = rows.read(shown, by=(by, "wave"))
    unknown = sorted({row.wave for row in entries} - set(waves.index))
    if unknown:
        raise ValueError(f"waves {unknown} are not among {list(waves.index)}; pass questionnaire.waves")
    panels: dict[str, dict[str, tuple]] = {}
    for row in entries:
        panels.setdefault(rows.label(row, by), {})[row.wave] = row
    svg = _draw(panels, waves)
    table = _table(panels, waves, headline)
    return Figure(svg, headline, subtitle, alt or _alt(panels, waves, by), source, table)


def _across(panels: int, waves: int) -> int:
    """Choose how many panels stand side by side: fewer where there are many waves."""
    return min(panels, 4 if waves <= 8 else 2 if waves <= 16 else 1)


def _draw(panels: dict[str, dict], waves: pd.DataFrame) -> str:
    across = _across(len(panels), len(waves))
    wide = (WIDTH - LEFT - GAP * (across - 1)) / max(across, 2)
    names = [wrap(name, wide - 4, SIZE, "bold") for name in panels]
    ticks = _tick_lines(waves, wide - END + 30)
    head = max(map(len, names)) * SIZE * LINE + 12
    tall = head + PLOT + 18 + len(ticks) * SMALL * LINE + 8
    canvas = Canvas(tall * -(-len(panels) // across))
    times = waves["time"].astype(float)
    for number, (name, panel) in enumerate(zip(names, panels.values(), strict=True)):
        left = LEFT + (number % across) * (wide + GAP)
        top = (number // across) * tall + head
        low, high = times.min(), times.max() if times.max() > times.min() else times.min() + 1
        over = axis.Axis(left + 8, left + wide - END, low, high)
        down = axis.Axis(top + PLOT, top)
        canvas.block(left, top - head / 2 - 2, name, weight="bold")
        for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
            canvas.line([left, left + wide - END + 8], [down.at(tick)] * 2, colour=palette.GRID)
            if number % across == 0 and tick in (0.0, 0.5, 1.0):
                canvas.text(
                    left - 6, down.at(tick), f"{100 * tick:.0f}%", size=SMALL, colour=palette.NOTES,
                    align="right",
                )  # fmt: skip
        canvas.line([left, left + wide - END + 8], [down.at(0)] * 2)
        for line, words in enumerate(ticks):
            for share, align, text in words:
                x = over.start - 8 + share * (over.end - over.start + 16)
                y = top + PLOT + 16 + line * SMALL * LINE
                canvas.text(x, y, text, size=SMALL, colour=palette.NOTES, align=align)
        runs = _runs(panel, times)
        _band(canvas, runs, over, down)
        for other in panels.values():
            if other is not panel:
                _line(canvas, _runs(other, times), over, down, own=False)
        _line(canvas, runs, over, down, own=True)
        _marks(canvas, panel, times, over, down)
    return canvas.svg()


def _tick_lines(waves: pd.DataFrame, wide: float) -> list[list[tuple[float, str, str]]]:
    """Write the first and the last wave below a panel: on one line if they fit, else on two."""
    labels = list(dict.fromkeys([str(waves["label"].iloc[0]), str(waves["label"].iloc[-1])]))
    if len(labels) == 1:
        return [[(0.0, "left", line)] for line in wrap(labels[0], wide, SMALL)]
    if sum(extent(label, SMALL) for label in labels) + 12 <= wide - 30:
        return [[(0.0, "left", labels[0]), (1.0, "right", labels[1])]]
    whole = wrap(f"{labels[0]} to {labels[1]}", wide, SMALL)
    return [[(0.0, "left", line)] for line in whole]


def _runs(panel: dict[str, tuple], times: pd.Series) -> list[list[tuple[float, tuple]]]:
    """Break a line where a wave has no number to draw."""
    runs: list[list] = [[]]
    for wave, time in times.items():
        row = panel.get(wave)
        if row is not None and rows.drawable(row):
            runs[-1].append((time, row))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _band(canvas: Canvas, runs: list, over: axis.Axis, down: axis.Axis) -> None:
    """Draw the intervals of a panel's own line."""
    for run in runs:
        known = [(over.at(t), row) for t, row in run if row.conf_low == row.conf_low]
        lows = [(x, down.at(row.conf_low)) for x, row in known]
        highs = [(x, down.at(row.conf_high)) for x, row in known]
        if len(known) > 1:
            canvas.polygon([*lows, *highs[::-1]], fill=palette.BAND)
        elif known:
            canvas.line([lows[0][0]] * 2, [lows[0][1], highs[0][1]], colour=palette.BAND, width=6)


def _line(canvas: Canvas, runs: list, over: axis.Axis, down: axis.Axis, *, own: bool) -> None:
    """Draw one line; a panel's own one with its points."""
    colour, width = (palette.FOCUS, 2.2) if own else (palette.OTHERS, 1.2)
    for run in runs:
        x = [over.at(time) for time, _ in run]
        y = [down.at(row.estimate) for _, row in run]
        if len(run) > 1:
            canvas.line(x, y, colour=colour, width=width)
        if own or len(run) == 1:
            canvas.points(x, y, colour=colour, size=7 if own else 4)


def _marks(canvas: Canvas, panel: dict, times: pd.Series, over: axis.Axis, down: axis.Axis) -> None:
    """Write the last number, and the texts of the waves that have none to draw."""
    drawn = [(time, panel[w]) for w, time in times.items() if w in panel and rows.drawable(panel[w])]
    others = [(time, panel[w]) for w, time in times.items() if w in panel and not rows.drawable(panel[w])]
    high = [pair for pair in others if pair[1].estimate_text[:1] == ">"]
    low = [pair for pair in others if pair not in high]
    if drawn:
        time, row = drawn[-1]
        least, most = down.end + (TEXTS if high else 10), down.start - (TEXTS if low else 10)
        y = min(max(down.at(row.estimate), least), most)
        canvas.text(over.at(time) + 7, y, row.estimate_text, weight="bold")
    _specials(canvas, high, over, start=down.end + 9, step=SMALL + 1)
    _specials(canvas, low, over, start=down.start - 9, step=-SMALL - 1)


def _specials(canvas: Canvas, pairs: list, over: axis.Axis, *, start: float, step: float) -> None:
    """Write the texts of waves on up to two lines; where both are taken, the text before stands for it."""
    ends = [0.0, 0.0]
    for time, row in pairs:
        wide = extent(row.estimate_text, SMALL)
        x = max(over.at(time), over.start - 6 + wide / 2)
        level = next((number for number in (0, 1) if x - wide / 2 > ends[number] + 4), None)
        if level is not None:
            y = start + level * step
            canvas.text(x, y, row.estimate_text, size=SMALL, colour=palette.NOTES, align="center")
            ends[level] = x + wide / 2


def _alt(panels: dict[str, dict], waves: pd.DataFrame, by: str) -> str:
    span = " to ".join(dict.fromkeys([str(waves["label"].iloc[0]), str(waves["label"].iloc[-1])]))
    start = f"Line charts over {len(waves)} waves, {span}, for {len(panels)} {rows.kind(by, len(panels))}."
    said, hidden = [], []
    for name, panel in panels.items():
        known = [(w, panel[w]) for w in waves.index if w in panel and panel[w].estimate == panel[w].estimate]
        hidden += [
            (f"{name} in {panel[w].wave_label}", panel[w].estimate_text)
            for w in waves.index
            if w in panel and panel[w].estimate != panel[w].estimate
        ]
        if known:
            (_, first), (_, last) = known[0], known[-1]
            then = f"{first.estimate_text} in {first.wave_label}"
            now = f"{last.estimate_text} in {last.wave_label}"
            said.append(f"{name}: {then}, {now}." if len(known) > 1 else f"{name}: {then}.")
    if not said:
        return f"{start} Nothing is drawn; {phrases.ALL_HIDDEN}."
    return f"{start} {' '.join(said)}{phrases.hidden_words(hidden)}"


def _table(panels: dict[str, dict], waves: pd.DataFrame, caption: str) -> str:
    cells = []
    for name, panel in panels.items():
        for wave, label in waves["label"].items():
            row = panel.get(wave)
            texts = (row.estimate_text, row.interval_text, row.n_text) if row else ("", "", "")
            filled = [text or (wording.NOT_APPLICABLE if row else wording.UNAVAILABLE) for text in texts]
            headings = ("Share", "95% interval", "Answers")
            cells.append({"Panel": name, "Wave": str(label), **dict(zip(headings, filled, strict=True))})
    return tables.table_html(pd.DataFrame(cells), caption=caption)
