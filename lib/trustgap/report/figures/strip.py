"""How wide the areas differ: every area's share and interval, in order, without ranks or names."""

from trustgap.report import palette
from trustgap.report.disclosure import Shown
from trustgap.report.figure import Figure
from trustgap.report.figures import areas, axis, phrases, rows
from trustgap.report.figures.canvas import WIDTH, Canvas
from trustgap.report.figures.lettering import SMALL


def strip(
    shown: Shown,
    *,
    whole: Shown,
    headline: str,
    subtitle: str,
    source: str,
    drawn_in: Shown | None = None,
    base: str = "Answers",
    alt: str | None = None,
) -> Figure:
    """Draw the share of every area in ascending order, with its interval.

    Parameters
    ----------
    shown : Shown
        One share for each area; hidden ones and bounds are left out and counted in the text.
    whole : Shown
        The one row of all areas together, drawn as a line.
    headline, subtitle, source : str
        Computed words.
    drawn_in : Shown, optional
        Rows ``shrunken_share`` of the same areas: hollow marks beside the shares, without an interval.
    base : str
        What the base of a share counts, in the table.
    alt : str, optional
        Text alternative; computed from the same rows where absent.

    Returns
    -------
    Figure
        No ranks and no names: intervals overlap, so an order would claim more than is known.

    Raises
    ------
    TypeError
        If `shown` or `whole` is not `Shown`.
    ValueError
        If an area comes twice, or `whole` is not one row.
    """
    entries = rows.read(shown, by=("area",))
    centre = areas.single(whole)
    points = sorted((row for row in entries if rows.drawable(row)), key=lambda row: row.estimate)
    marks = rows.read(drawn_in, by=("area",)) if drawn_in is not None and len(drawn_in) else []
    closer = {row.area: row for row in marks if rows.drawable(row)}
    svg = _draw(points, centre, closer, missing=len(entries) - len(points))
    words = alt or _alt(entries, points, centre, closer)
    return Figure(
        svg, headline, subtitle, words, source, areas.table(entries, headline, closer=closer, base=base)
    )


def _draw(points: list[tuple], centre: tuple, closer: dict, *, missing: int) -> str:
    key = 24 if closer else 0
    canvas = Canvas(areas.PLOT + 52 + key)
    down = axis.Axis(16 + areas.PLOT + key, 16.0 + key)
    over = axis.Axis(areas.LEFT, WIDTH - areas.RIGHT, -1, max(len(points), 1))
    areas.frame(canvas, over.start, over.end, down)
    for place, row in enumerate(points):
        if row.conf_low == row.conf_low and row.conf_high == row.conf_high:
            ends = [down.at(row.conf_low), down.at(row.conf_high)]
            canvas.line([over.at(place)] * 2, ends, colour=palette.OTHERS)
    areas.whole_line(canvas, centre, over.start, over.end, down)
    size = min(7.0, 3 + 200 / max(len(points), 1))
    if points:
        canvas.points(
            [over.at(place) for place in range(len(points))], [down.at(row.estimate) for row in points],
            colour=palette.FOCUS, size=size,
        )  # fmt: skip
    both = [(place, closer[row.area]) for place, row in enumerate(points) if row.area in closer]
    if both:
        canvas.points(
            [over.at(place) for place, _ in both], [down.at(row.estimate) for _, row in both],
            colour=palette.PAIR[1], size=size, hollow=True, edge=1.2,
        )  # fmt: skip
        _key(canvas)
    note = f"{len(points)} {rows.kind('area', len(points))}, from the lowest share to the highest"
    note += f"; not drawn, hidden or not available: {missing}" if missing else ""
    canvas.text(areas.LEFT, down.start + 18, note, size=SMALL, colour=palette.NOTES)
    return canvas.svg()


def _key(canvas: Canvas) -> None:
    canvas.points([areas.LEFT + 6], [12.0], colour=palette.FOCUS, size=7.0)
    canvas.text(areas.LEFT + 18, 12.0, "Share, with 95% interval")
    canvas.points([areas.LEFT + 216], [12.0], colour=palette.PAIR[1], size=7.0, hollow=True, edge=1.2)
    canvas.text(areas.LEFT + 228, 12.0, "Drawn towards the mean")


def _alt(entries: list[tuple], points: list[tuple], centre: tuple, closer: dict) -> str:
    start = (
        f"Chart of {len(points)} {rows.kind('area', len(points))} in order of their share, each a dot with "
        "its 95% interval."
    )
    if not points:
        return f"{start} Nothing is drawn; {phrases.ALL_HIDDEN}."
    apart = sum(
        row.conf_low > centre.estimate or row.conf_high < centre.estimate
        for row in points
        if row.conf_low == row.conf_low
    )
    both = [closer[row.area] for row in points if row.area in closer]
    drawn = f" Hollow marks, drawn towards the mean, range {areas.span(both)}." if both else ""
    return (
        f"{start} They range {areas.span(points)}; {centre.area_label}: "
        f"{centre.estimate_text}. Intervals that exclude that line: {apart}.{drawn}"
        f"{areas.left_out(entries, points)}"
    )
