"""Areas compared: against the limits of chance for their size."""

from collections.abc import Mapping

import numpy as np

from trustgap.report import palette
from trustgap.report.disclosure import Shown
from trustgap.report.figure import Figure
from trustgap.report.figures import areas, axis, rows
from trustgap.report.figures.canvas import WIDTH, Canvas
from trustgap.report.figures.lettering import SIZE, SMALL, extent, shorten

CURVES = ("low_95", "high_95", "low_998", "high_998")
STEPS = (1, 2, 5)


def funnel(
    shown: Shown,
    *,
    whole: Shown,
    limits: Mapping[str, np.ndarray],
    headline: str,
    subtitle: str,
    source: str,
    area: str = "",
    widened: bool = False,
    alt: str | None = None,
) -> Figure:
    """Draw every area's share against its number of answers, with the limits that chance explains.

    Parameters
    ----------
    shown : Shown
        One share for each area; hidden ones are left out.
    whole : Shown
        The one row of all areas together, whose share is the line in the middle.
    limits : mapping of str to array
        ``n`` and, at each, ``low_95``, ``high_95``, ``low_998`` and ``high_998`` as proportions,
        computed at the shown share of the whole; drawn to a tenth of a percentage point.
    headline, subtitle, source : str
        Computed words.
    area : str
        Code of the area in focus, drawn as a large diamond; "" for none.
    widened : bool
        Whether the limits allow for ordinary differences between areas; then the key says so.
    alt : str, optional
        Text alternative; computed from the same rows where absent.

    Returns
    -------
    Figure
        Above and below are places on the chart, not judgements.

    Raises
    ------
    TypeError
        If `shown` or `whole` is not `Shown`.
    ValueError
        If an area comes twice, `whole` is not one row, or `limits` lacks a curve.
    """
    entries = rows.read(shown, by=("area",))
    centre = areas.single(whole)
    absent = [name for name in ("n", *CURVES) if name not in limits]
    if absent:
        raise ValueError(f"limits lacks {absent}; it needs n, {', '.join(CURVES)}")
    curves = {name: np.round(np.asarray(limits[name], float), 3) for name in ("n", *CURVES)}
    own = next((row for row in entries if row.area == area), None)
    svg = _draw_funnel(entries, centre, own, curves, widened=widened)
    words = alt or _alt_funnel(entries, centre, own, curves, widened=widened)
    return Figure(svg, headline, subtitle, words, source, areas.table(entries, headline))


def _plotted(entries: list[tuple]) -> list[tuple]:
    """Keep the areas that have a number and a base to draw."""
    return [row for row in entries if rows.drawable(row) and row.n_a == row.n_a]


def _ticks(most: float) -> list[float]:
    """Choose round numbers of answers for the axis."""
    power = 10 ** np.floor(np.log10(max(most / 4, 1)))
    step = next(float(s * power) for s in (*STEPS, 10) if s * power * 5 >= most)
    return [step * number for number in range(int(most // step) + 1)]


def _draw_funnel(
    entries: list[tuple], centre: tuple, own: tuple | None, curves: dict, *, widened: bool
) -> str:
    points = _plotted(entries)
    most = max([row.n_a for row in points] + [float(np.nanmax(curves["n"]))]) * 1.03
    name = shorten(own.area_label, 320, SIZE, "bold") if own else ""
    keyed = _entries(own, name, ", widened" if widened else "")
    canvas = Canvas(_key_lines(keyed) * 22 + areas.PLOT + 68)
    top = _key_lines(keyed) * 22 + 16.0
    over = axis.Axis(areas.LEFT, WIDTH - areas.RIGHT, 0, most)
    down = axis.Axis(top + areas.PLOT, top)
    areas.frame(canvas, over.start, over.end, down)
    for tick in _ticks(most):
        canvas.text(
            over.at(tick), down.start + 15, f"{tick:,.0f}", size=SMALL, colour=palette.NOTES, align="center"
        )
    canvas.text(
        (over.start + over.end) / 2, down.start + 35, "Number of answers", size=SMALL, colour=palette.NOTES,
        align="center",
    )  # fmt: skip
    for curve in CURVES:
        inside = np.isfinite(curves[curve])
        canvas.line(
            [over.at(n) for n in curves["n"][inside]], [down.at(v) for v in curves[curve][inside]],
            dashes=(4, 3) if curve.endswith("_95") else None,
        )  # fmt: skip
    areas.whole_line(canvas, centre, over.start, over.end, down)
    others = [row for row in points if row is not own]
    if others:
        canvas.points(
            [over.at(row.n_a) for row in others], [down.at(row.estimate) for row in others],
            colour=palette.OTHERS, size=5.5,
        )  # fmt: skip
    if own in points:
        canvas.points([over.at(own.n_a)], [down.at(own.estimate)], colour=palette.FOCUS, marker="D", size=13)
    _key(canvas, keyed)
    return canvas.svg()


def _entries(own: tuple | None, name: str, kind: str) -> list[tuple[str, str]]:
    """List the key: what each sign means, the own area with its number."""
    keyed = [("dashed", f"95% limits{kind}"), ("solid", f"99.8% limits{kind}"), ("point", "Areas")]
    if own is None:
        return keyed
    return [*keyed[:2], ("point", "Other areas"), ("diamond", f"{name} {own.estimate_text}")]


def _places(keyed: list[tuple[str, str]]) -> list[tuple[float, int]]:
    """Place the key's entries in lines."""
    placed, x, line = [], 2.0, 0
    for _, text in keyed:
        wide = 34 + extent(text, SIZE, "bold") + 22
        if x + wide - 22 > WIDTH and x > 2:
            x, line = 2.0, line + 1
        placed.append((x, line))
        x += wide
    return placed


def _key_lines(keyed: list[tuple[str, str]]) -> int:
    return _places(keyed)[-1][1] + 1


def _key(canvas: Canvas, keyed: list[tuple[str, str]]) -> None:
    for (sign, text), (x, line) in zip(keyed, _places(keyed), strict=True):
        y = 12.0 + 22 * line
        if sign in ("dashed", "solid"):
            canvas.line([x, x + 26], [y, y], dashes=(4, 3) if sign == "dashed" else None)
        elif sign == "diamond":
            canvas.points([x + 16], [y], colour=palette.FOCUS, marker="D", size=11)
        else:
            canvas.points([x + 16], [y], colour=palette.OTHERS, size=5.5)
        canvas.text(x + 34, y, text, weight="bold" if sign == "diamond" else "normal")


def _position(own: tuple, curves: dict) -> str:
    """Say where the own area lies among the limits."""
    at = {name: np.interp(own.n_a, curves["n"], curves[name]) for name in CURVES}
    for low, high, name in (("low_998", "high_998", "99.8%"), ("low_95", "high_95", "95%")):
        if own.estimate > at[high]:
            return f"above the {name} limits"
        if own.estimate < at[low]:
            return f"below the {name} limits"
    return "within the 95% limits"


def _alt_funnel(
    entries: list[tuple], centre: tuple, own: tuple | None, curves: dict, *, widened: bool
) -> str:
    points = _plotted(entries)
    wide = " that allow for ordinary differences between areas" if widened else ""
    start = (
        f"Funnel chart of {len(points)} {rows.kind('area', len(points))}, share against number of answers, "
        f"with 95% and 99.8% limits{wide}."
    )
    parts = [f"{centre.area_label}: {centre.estimate_text}."]
    if points:
        parts.append(f"Areas range {areas.span(points)}.")
    if own is not None and own in points:
        parts.append(f"{own.area_label}, {own.estimate_text}, lies {_position(own, curves)}.")
    elif own is not None:
        parts.append(f"{own.area_label} is not drawn ({own.estimate_text}).")
    return f"{start} {' '.join(parts)}{areas.left_out(entries, points)}"
