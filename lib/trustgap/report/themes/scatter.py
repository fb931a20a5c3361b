"""What a funnel of areas is drawn from: their shares as shown."""

import numpy as np

from trustgap.report.disclosure import Shown
from trustgap.stats.between_areas.heterogeneity import MIN_AREAS
from trustgap.stats.counts import NATIONAL


def points(shown: Shown) -> Shown:
    """Keep the areas that have a share to draw.

    Parameters
    ----------
    shown : Shown
        One share for each area, and perhaps that of the whole.

    Returns
    -------
    Shown
        Neither hidden nor bounded, and no whole.
    """
    return shown.where(suppressed=False).without(area=NATIONAL).present("conf_low")


def fits(shown: Shown) -> bool:
    """Tell whether limits of chance can be drawn.

    Parameters
    ----------
    shown : Shown
        One share for each area, and that of the whole.

    Returns
    -------
    bool
        Five areas or more have a share to draw, and that of the whole lies between 0 and 1.
    """
    centre = shown.where(area=NATIONAL).frame["estimate"]
    return len(points(shown)) >= MIN_AREAS and bool(centre.between(0, 1, inclusive="neither").all())


def hits(shown: Shown) -> tuple[np.ndarray, np.ndarray]:
    """Give the positive and valid answers behind the shares that are drawn.

    Parameters
    ----------
    shown : Shown
        As for `fits`.

    Returns
    -------
    tuple of array
        Positive and valid answers; shares are rounded, so that the positive answers need not be whole.
    """
    drawn = points(shown).frame
    return drawn["estimate"].to_numpy() * drawn["n_a"].to_numpy(), drawn["n_a"].to_numpy()


def grid(shown: Shown) -> np.ndarray:
    """Choose the numbers of answers at which to draw the limits.

    Parameters
    ----------
    shown : Shown
        As for `fits`.

    Returns
    -------
    array of int
        From half the smallest base drawn to a little over the largest.
    """
    bases = points(shown).frame["n_a"]
    return np.unique(np.linspace(max(1, bases.min() / 2), bases.max() * 1.05, 60).astype(int))
