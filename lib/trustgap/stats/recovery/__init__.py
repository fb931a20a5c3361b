"""The attack on a release: what follows about hidden cells from everything that is published beside them."""

from trustgap.stats.recovery.attack import FEW, ranges, recovered
from trustgap.stats.recovery.sums import of_means

__all__ = ["FEW", "of_means", "ranges", "recovered"]
