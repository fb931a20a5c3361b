"""How answers spread over the categories of a scale: a diverging bar for each group or question."""

from types import SimpleNamespace

import pandas as pd

from trustgap.report import palette, tables, wording
from trustgap.report.disclosure import Shown
from trustgap.report.figure import Figure
from trustgap.report.figures import phrases, rows
from trustgap.report.figures.canvas import WIDTH, Canvas
from trustgap.report.figures.lettering import SMALL, extent

LABELS = 214
"""Width of the column of row labels."""

TOTAL = 56
"""Room for a total at each end of a bar."""

BAR = 26
LABELLED_FROM = 0.06
ADDS_UP = "Percentages may not add to 100 because of rounding."
GROUPED = "Rows marked * are grouped into fewer categories, because few people answered."
PARTS = ("negative", "neutral", "positive")


def likert(
    shown: Shown,
    *,
    scale: object,
    headline: str,
    subtitle: str,
    source: str,
    by: str = "group_a",
    alt: str | None = None,
) -> Figure:
    """Draw how far each group agrees, or how far one group agrees with each question.

    Parameters
    ----------
    shown : Shown
        Rows of analysis ``distribution``: ``category_1`` to ``category_K``, ``negative``, ``neutral``
        and ``positive`` for each value of `by`.
    scale : Scale
        The scale of the answers: ``labels`` low to high, ``top_from``, ``low_to``, ``positive_phrase``
        and ``negative_phrase``.
    headline, subtitle, source : str
        Computed words.
    by : str
        Column that tells the bars apart: ``group_a``, ``item``, ``target`` or ``wave``.
    alt : str, optional
        Text alternative; computed from the same rows where absent.

    Returns
    -------
    Figure
        Bars in order of the positive share, hidden ones last. Answers in the middle stand in a column
        of their own at the right, because they are neither. A row with fewer answers than categories
        may be shown for is drawn in three parts, a bound as an open dashed bar with its text.

    Raises
    ------
    TypeError
        If `shown` is not `Shown`.
    ValueError
        If a bar would be drawn twice, or has no ``positive`` row.
    """
    bars = _bars(rows.read(shown, by=(by, "estimand")), by, scale)
    svg = _draw(bars, scale)
    notes = [source]
    if any(bar.parts and round(sum(bar.values), 6) != 1 for bar in bars):
        notes.append(ADDS_UP)
    if any(bar.grouped for bar in bars):
        notes.append(GROUPED)
    return Figure(
        svg, headline, subtitle, alt or _alt(bars, by, scale), " ".join(notes), _table(bars, scale, headline)
    )


def _bars(entries: list[tuple], by: str, scale: object) -> list[SimpleNamespace]:
    """Make one bar for each value of `by`: its parts, their texts, and its totals."""
    fine = [f"category_{score}" for score in range(1, len(scale.labels) + 1)]
    together: dict[str, dict[str, tuple]] = {}
    for row in entries:
        together.setdefault(getattr(row, by), {})[row.estimand] = row
    bars = []
    for part in together.values():
        name = rows.label(next(iter(part.values())), by)
        if "positive" not in part:
            raise ValueError(f"{name!r} has no row 'positive'; pass all rows of the analysis")
        full = len(fine) <= 5 and all(e in part and rows.drawable(part[e]) for e in fine)
        parts = [e for e in (fine if full else PARTS) if e in part and part[e].estimate == part[e].estimate]
        bars.append(
            SimpleNamespace(
                label=name,
                n=rows.base([row.n_text for row in part.values()]),
                grouped=not full and bool(parts),
                parts=parts,
                values=[part[e].estimate for e in parts],
                total=part["positive"].estimate,
                texts={e: row.estimate_text for e, row in part.items()},
                bounds={e for e in parts if rows.bounded(part[e])},
            )
        )
    return sorted(bars, key=lambda bar: (not bar.parts, -bar.total if bar.parts else 0))


def _side(part: str, scale: object) -> str:
    """Tell on which side a part stands."""
    if part in PARTS:
        return "negative" if part == "neutral" and not scale.low_to else part
    score = int(part.removeprefix("category_"))
    if score >= scale.top_from:
        return "positive"
    return "negative" if score <= scale.low_to or not scale.low_to else "neutral"


def _colours(scale: object, *, grouped: bool) -> dict[str, str]:
    """Give each part a colour of the diverging palette, the strongest at the ends."""
    low, mid, high = palette.DIVERGING[:2], palette.DIVERGING[2], palette.DIVERGING[3:]
    if grouped:
        return {"negative": low[1], "neutral": mid, "positive": high[0]}
    chosen = {}
    count = len(scale.labels)
    for score in range(1, count + 1):
        side = _side(f"category_{score}", scale)
        outer = score == 1 if side == "negative" else score == count
        if side == "neutral" or (side == "negative" and not scale.low_to and score == scale.top_from - 1 > 1):
            chosen[f"category_{score}"] = mid
        else:
            pair = low[::-1] if side == "negative" else high
            chosen[f"category_{score}"] = pair[outer]
    return chosen


def _names(scale: object, *, grouped: bool) -> dict[str, str]:
    """Name the parts for the key."""
    if not grouped:
        return {f"category_{number}": label for number, label in enumerate(scale.labels, 1)}
    between = scale.labels[scale.low_to : scale.top_from - 1]
    phrases = (scale.negative_phrase, " or ".join(between), scale.positive_phrase)
    return {
        part: phrase[:1].upper() + phrase[1:] for part, phrase in zip(PARTS, phrases, strict=True) if phrase
    }


def _draw(bars: list[SimpleNamespace], scale: object) -> str:
    grouped = all(bar.grouped or not bar.parts for bar in bars)
    names, colours = _names(scale, grouped=grouped), _colours(scale, grouped=grouped)
    lines, key_height = _key(names)
    labels = [rows.named(f"{bar.label}*" if bar.grouped else bar.label, bar.n, LABELS - 10) for bar in bars]
    tall = rows.heights(labels, least=BAR + 14)
    canvas = Canvas(key_height + sum(tall) + 8)
    for x, y, part in lines:
        edge = palette.OUTLINE if colours[part] == palette.DIVERGING[2] else "none"
        canvas.box(x, y - 6, 12, 12, fill=colours[part], edge=edge)
        canvas.text(x + 18, y, names[part], size=SMALL + 1)
    layout = _layout(bars, scale)
    middles = rows.centres(tall, top=key_height)
    if any(bar.parts for bar in bars):
        canvas.line([layout.zero] * 2, [key_height, canvas.height - 4])
    for bar, label, middle in zip(bars, labels, middles, strict=True):
        canvas.block(LABELS, middle, label, align="right")
        if not bar.parts:
            text = bar.texts["positive"]
            canvas.text(LABELS + 12, middle, text, colour=palette.NOTES)
            continue
        _bar(canvas, bar, layout, _colours(scale, grouped=bar.grouped), middle, scale)
    return canvas.svg()


def _key(names: dict[str, str]) -> tuple[list[tuple[float, float, str]], float]:
    """Place the key's entries in lines above the chart."""
    placed, x, y = [], 2.0, 12.0
    for part, name in names.items():
        wide = 18 + extent(name, SMALL + 1) + 16
        if x + wide - 16 > WIDTH and x > 2:
            x, y = 2.0, y + 20
        placed.append((x, y, part))
        x += wide
    return placed, y + 22


def _layout(bars: list[SimpleNamespace], scale: object) -> SimpleNamespace:
    """Fit the two sides and the column of neutral answers into the width."""
    reach = {"negative": 0.1, "positive": 0.1, "neutral": 0.0}
    for bar in bars:
        for side in reach:
            parts = zip(bar.parts, bar.values, strict=True)
            reach[side] = max(reach[side], sum(value for part, value in parts if _side(part, scale) == side))
    neutral = any(_side(part, scale) == "neutral" for bar in bars for part in bar.parts)
    gap = 2 * TOTAL + (2 * TOTAL if neutral else 0)
    per_unit = min((WIDTH - LABELS - 12 - gap) / sum(reach.values()), 420.0)
    zero = LABELS + 12 + TOTAL + reach["negative"] * per_unit
    return SimpleNamespace(zero=zero, per_unit=per_unit, neutral=WIDTH - TOTAL - reach["neutral"] * per_unit)


def _bar(canvas: Canvas, bar: SimpleNamespace, layout: SimpleNamespace, colours, middle, scale) -> None:
    """Draw one bar from the centre outwards, its neutral part in the column at the right."""
    ends = {"negative": layout.zero, "positive": layout.zero, "neutral": layout.neutral}
    order = sorted(bar.parts, key=bar.parts.index)
    inward = [p for p in reversed(order) if _side(p, scale) == "negative"]
    outward = [p for p in order if _side(p, scale) != "negative"]
    values = dict(zip(bar.parts, bar.values, strict=True))
    for part in inward + outward:
        side, wide = _side(part, scale), values[part] * layout.per_unit
        left = ends[side] - wide if side == "negative" else ends[side]
        open_ = part in bar.bounds
        fill = palette.WHITE if open_ else colours[part]
        edge = palette.OUTLINE if open_ or fill == palette.DIVERGING[2] else palette.WHITE
        if wide:
            canvas.box(left, middle - BAR / 2, wide, BAR, fill=fill, edge=edge, dashed=open_)
        if not open_ and values[part] >= LABELLED_FROM:
            canvas.text(
                left + wide / 2, middle, f"{100 * values[part]:.0f}", align="center",
                colour=palette.ink(fill),
            )  # fmt: skip
        elif side == "neutral":
            canvas.text(left + wide + 7, middle, bar.texts[part])
        ends[side] += -wide if side == "negative" else wide
    if "negative" in bar.texts and any(_side(p, scale) == "negative" for p in bar.parts) and scale.low_to:
        canvas.text(ends["negative"] - 7, middle, bar.texts["negative"], align="right", weight="bold")
    canvas.text(ends["positive"] + 7, middle, bar.texts["positive"], weight="bold")


def _alt(bars: list[SimpleNamespace], by: str, scale: object) -> str:
    shown = [bar for bar in bars if bar.parts]
    start = f"Diverging bar chart of answers, one bar for each of {len(bars)} {rows.kind(by, len(bars))}."
    if not shown:
        return f"{start} Nothing is drawn; {phrases.ALL_HIDDEN}."
    ends = phrases.extremes(
        [bar.label for bar in shown], [bar.total for bar in shown], [bar.texts["positive"] for bar in shown]
    )
    hidden = phrases.hidden_words([(bar.label, bar.texts["positive"]) for bar in bars if not bar.parts])
    return f"{start} The share who {scale.positive_phrase}: {ends}.{hidden}"


def _table(bars: list[SimpleNamespace], scale: object, caption: str) -> str:
    names = {**_names(scale, grouped=False), **_names(scale, grouped=True)}
    lines = []
    for bar in bars:
        texts = {names[part]: bar.texts.get(part, wording.NOT_APPLICABLE) for part in names}
        lines.append(
            {"": bar.label, "Answers": bar.n.removeprefix("n = ") or wording.NOT_APPLICABLE, **texts}
        )
    return tables.table_html(pd.DataFrame(lines).rename(columns={"": "Row"}), caption=caption)
