"""What is hidden of the people whose cases were read, and whose suitability teams decided."""

import pandas as pd

from trustgap.report.disclosure.mask import Mask
from trustgap.report.disclosure.rules import CLASS_BASE, CLASS_SHARE, THRESHOLD

SWAPPED = "case_swapped"
"""The item under which the same teams stand again, on one another's people."""


def people_of_cases(rows: pd.DataFrame) -> tuple[Mask, list[tuple]]:
    """Decide by the rows themselves which shares are bounds, and what would give a bound away.

    Parameters
    ----------
    rows : DataFrame
        The full vocabulary; ``suitable_share`` of a team has the team in ``group_a``, and of its people from
        one population that in ``group_b``.

    Returns
    -------
    mask : Mask
        A team's share near 0 or 1 on a small base is ``bounded``, and so the difference to another team
        loses its size. Hidden are: a team's shares by population where one of them is small or a bound, as
        they add up to that of the team; and the share of the improvable for whom an option existed, whose
        base is the number that a bound on the improvable keeps back.
    rests_on : list of tuple
        For each row the teams, or the one thing, that it tells of.

    Examples
    --------
    >>> rows = pd.DataFrame({"area": "X1", "item": "i", "estimand": "suitable_share", "group_a": ["A", "B"],
    ...                      "group_b": "", "n_a": 20.0, "estimate": [0.5, 0.05]})
    >>> mask, rests = people_of_cases(rows)
    >>> sorted(mask.bounded)[0], rests[0]
    (('X1', 'case_swapped', 'B', ''), (('X1', 'i', 'A', ''),))
    """
    names = ["estimand", "area", "item", "group_a", "group_b", "n_a", "estimate"]
    told = list(zip(*(rows[name] for name in names), strict=True))
    bounded, hidden, lost, held = set(), set(), set(), set()
    for estimand, area, item, first, second, n, share in told:
        near = n < CLASS_BASE and min(share, 1 - share) < 1 - CLASS_SHARE - 1e-9
        if estimand == "suitable_share" and second and (near or n < THRESHOLD):
            lost.add((area, item, first))
        elif estimand == "suitable_share" and near:
            bounded |= {(area, item, first, ""), (area, SWAPPED, first, "")}
        elif estimand == "improvable" and near:
            held.add(area)
    rests = []
    for estimand, area, item, first, second, *_ in told:
        several = dict.fromkeys((first, second)) if estimand == "team_difference" else ()
        rests.append(tuple((area, item, team, "") for team in several) or ((area, item, first, second),))
        parted = estimand == "suitable_share" and second and (area, item, first) in lost
        if parted or (estimand in ("available", "cheaper") and area in held):
            hidden.add((area, item, first, second))
    return Mask(bounded=frozenset(bounded), hidden=frozenset(hidden)), rests
