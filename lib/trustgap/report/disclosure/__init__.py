"""The one place where a cell is hidden, and the only gate through which a number reaches a reader.

`rules` decides what a release hides by itself, `secondary` what has to be hidden besides, `repair` attacks
what is left, and `joint` is all three; `mask` applies that to results, `labels` rounds and words the rest,
`shown` is what comes out; `public` lets through what rests on nobody's answers, and by rules of their own
reviewed cases and figures of a service.
"""

from trustgap.report.disclosure.joint import decide
from trustgap.report.disclosure.mask import Mask, read_back
from trustgap.report.disclosure.mixing import opened, told
from trustgap.report.disclosure.nested import differences
from trustgap.report.disclosure.public import figures, public, records
from trustgap.report.disclosure.rules import POLICY, THRESHOLD, primary
from trustgap.report.disclosure.shown import Shown, together
from trustgap.report.disclosure.stored import read_all

__all__ = [
    "POLICY",
    "THRESHOLD",
    "Mask",
    "Shown",
    "decide",
    "differences",
    "figures",
    "opened",
    "primary",
    "public",
    "read_all",
    "read_back",
    "records",
    "together",
    "told",
]
