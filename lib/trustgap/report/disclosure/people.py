"""What is hidden of the people whose cases were read, and whose suitability teams decided."""

import pandas as pd

from trustgap.report.disclosure.mask import Mask
from trustgap.report.disclosure.rules import CLASS_BASE, CLASS_SHARE, THRESHOLD

TEAMS, GAP = "case_reablement", "case_gap"
"""Items of teams on all their people, and before and after a change."""

CONTRASTS = ["team_difference", "population_difference", "team_by_population", "gap_change"]


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
        base is the number that a bound on the improvable keeps back. Where shares by population are hidden,
        no contrast of teams on one another's people has a size: with the other team's shares it tells them.
    rests_on : list of tuple
        For each row the teams, or the one thing, that it tells of.

    Examples
    --------
    >>> rows = pd.DataFrame({"area": "X1", "item": "i", "estimand": "suitable_share", "group_a": ["A", "B"],
    ...                      "group_b": "", "n_a": 20.0, "estimate": [0.5, 0.05]})
    >>> mask, rests = people_of_cases(rows)
    >>> sorted(mask.bounded)[0], rests[0]
    (('X1', '', 'B', ''), (('X1', 'i', 'A', ''),))
    """
    names = ["estimand", "area", "item", "group_a", "group_b", "n_a", "estimate"]
    told = list(zip(*(rows[name] for name in names), strict=True))
    bounded, hidden, lost, held = set(), set(), set(), set()
    for estimand, area, item, first, second, n, share in told:
        near = n < CLASS_BASE and min(share, 1 - share) < 1 - CLASS_SHARE - 1e-9
        if estimand == "suitable_share" and second and (near or n < THRESHOLD):
            lost.add((area, item, first))
            bounded.add((area, "", "", ""))
        elif estimand == "suitable_share" and near:
            bounded |= {(area, item, first, ""), (area, "", first, "")}
        elif estimand == "improvable" and near:
            held.add(area)
    rests = []
    for estimand, area, item, first, second, *_ in told:
        swapped = estimand in CONTRASTS and item not in (TEAMS, GAP)
        several = dict.fromkeys((first, second, *[""] * swapped)) if estimand in CONTRASTS else ()
        # The gap before a change is that of the same teams, on some or all of the same people.
        kinds = [""] if swapped else dict.fromkeys((item, TEAMS))
        cells = [(area, kind, team, "") for kind in kinds for team in several]
        rests.append(tuple(cells) or ((area, item, first, second),))
        parted = estimand == "suitable_share" and second and (area, item, first) in lost
        if parted or (estimand in ("available", "cheaper") and area in held):
            hidden.add((area, item, first, second))
    return Mask(bounded=frozenset(bounded), hidden=frozenset(hidden)), rests
