"""A finished figure: the drawing, its words, and the same numbers as a table."""

from dataclasses import dataclass

MIN_ALT_WORDS = 12
"""A text alternative shorter than this cannot say the kind of chart and what it shows."""


@dataclass(frozen=True)
class Figure:
    """A drawing with everything that a reader needs to use it without seeing it.

    Parameters
    ----------
    svg : str
        The drawing.
    headline : str
        What the figure shows, as a computed sentence without a full stop.
    subtitle : str
        Measure, unit, population and period.
    alt : str
        Text that serves the same purpose as the drawing, of at least `MIN_ALT_WORDS` words.
    source : str
        Where the numbers are from.
    table_html : str
        The numbers drawn, as an HTML table.

    Raises
    ------
    ValueError
        If a part is empty or `alt` is too short.

    Examples
    --------
    >>> Figure("<svg/>", "Trust is highest among GPs", "% of staff, 2019", "A chart.", "Demo", "<table/>")
    Traceback (most recent call last):
    ...
    ValueError: alt has 2 words ('A chart.'); say the kind of chart and its extremes in at least 12 words
    """

    svg: str
    headline: str
    subtitle: str
    alt: str
    source: str
    table_html: str

    def __post_init__(self):
        for part in ("svg", "headline", "subtitle", "source", "table_html"):
            if not str(getattr(self, part)).strip():
                raise ValueError(f"{part} of a figure is empty; every figure carries a {part}")
        words = len(self.alt.split())
        if words < MIN_ALT_WORDS:
            raise ValueError(
                f"alt has {words} words ({self.alt!r}); say the kind of chart and its extremes in at least "
                f"{MIN_ALT_WORDS} words"
            )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> tuple[dict, dict]:
        data = {"image/svg+xml": self.svg, "text/plain": self.headline}
        words = {
            part: getattr(self, part) for part in ("headline", "subtitle", "alt", "source", "table_html")
        }
        return data, {"trustgap": {"kind": "figure", **words}}
