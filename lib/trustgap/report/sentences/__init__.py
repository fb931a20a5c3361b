"""Headlines and findings, computed from shown rows: with a wording for hidden and one for cannot say.

A headline names a figure in about ten words; a finding is one or two sentences with the numbers. Nothing
about a result is typed in a notebook, because one notebook serves every area.
"""

from trustgap.report.sentences.base import Findings, Sentence

__all__ = ["Findings", "Sentence"]
