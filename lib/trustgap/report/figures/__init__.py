"""The project's charts: each takes protected rows and returns a finished `Figure`.

Where there is no row at all, because a survey did not ask, there is nothing to draw: the charts then return
None, and a notebook's cell shows nothing below the sentence that says so.
"""

from collections.abc import Callable
from functools import wraps

from trustgap.report.disclosure import Shown
from trustgap.report.figure import Figure
from trustgap.report.figures import control_chart as _control_chart
from trustgap.report.figures import curve as _curve
from trustgap.report.figures import dots as _dots
from trustgap.report.figures import evidence as _evidence
from trustgap.report.figures import funnel as _funnel
from trustgap.report.figures import intervals as _intervals
from trustgap.report.figures import likert as _likert
from trustgap.report.figures import lines as _lines
from trustgap.report.figures import matrix as _matrix
from trustgap.report.figures import stacked as _stacked
from trustgap.report.figures import strip as _strip
from trustgap.report.figures import tallies as _tallies

__all__ = [
    "control_chart", "curve", "dots", "evidence", "funnel", "intervals", "likert", "lines", "matrix",
    "stacked", "strip", "tallies",
]  # fmt: skip


def _if_any(draw: Callable[..., Figure]) -> Callable[..., Figure | None]:
    @wraps(draw)
    def drawn(shown: Shown, **options: object) -> Figure | None:
        if isinstance(shown, Shown) and not len(shown):
            return None
        return draw(shown, **options)

    return drawn


control_chart = _if_any(_control_chart.control_chart)
curve = _if_any(_curve.curve)
dots = _if_any(_dots.dots)
evidence = _if_any(_evidence.evidence)
funnel = _if_any(_funnel.funnel)
intervals = _if_any(_intervals.intervals)
likert = _if_any(_likert.likert)
lines = _if_any(_lines.lines)
matrix = _if_any(_matrix.matrix)
stacked = _if_any(_stacked.stacked)
strip = _if_any(_strip.strip)
tallies = _if_any(_tallies.tallies)
