"""The one place where a cell is hidden, and the only gate through which a number reaches a reader.

`rules` decides what a release hides, `mask` applies that to results, `labels` rounds and words the rest,
`shown` is what comes out.
"""

from trustgap.report.disclosure.mask import Mask, read_back
from trustgap.report.disclosure.rules import POLICY, THRESHOLD, primary
from trustgap.report.disclosure.shown import Shown, together

__all__ = ["POLICY", "THRESHOLD", "Mask", "Shown", "primary", "read_back", "together"]
