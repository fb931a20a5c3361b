"""Barriers held against evidence: a rule that every reader can follow, and what its verdict rests on."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from trustgap.stats.diagnostic.pieces import base, weighed

MOST = 3.0
"""What a kind of evidence counts at most, however many pieces it has: as much as one strong piece.
Ten interviews share the errors of interviews; only another kind of evidence can confirm them."""

ENOUGH = 4.0
"""The weight from which a verdict is given: more than `MOST`, so that two kinds must agree."""

TIMES = 2.0
"""How many times the weight on one side must exceed that on the other."""

KINDS = 2
"""How many kinds of evidence must speak before a barrier counts as tested."""

VERDICTS = ("verified", "mixed", "not_tested", "disproved")
"""In the order in which they speak for doing something about a barrier."""

RULE = (
    "two kinds of evidence or more on one side, weight 4 or more and twice the weight on the other; "
    "strong 3, moderate 2, weak 1; each kind at most 3"
)


def rule(kinds: Sequence[str], weights: Sequence[float]) -> tuple[str, float, float, int]:
    """Judge one barrier by the pieces of evidence on it.

    Parameters
    ----------
    kinds : sequence of str
        The kind of each piece.
    weights : sequence of float
        Its weight: above 0 where it supports the barrier, below 0 where it contradicts it,
        0 where it does neither.

    Returns
    -------
    verdict : {"verified", "disproved", "mixed", "not_tested"}
        ``not_tested``: fewer than `KINDS` kinds have a piece that supports or contradicts. ``verified``: the
        kinds that support on balance, which must then be two or more, weigh at least `ENOUGH` together, and
        at least `TIMES` what those against weigh. ``disproved``: the same the other way round. Else
        ``mixed``.
    in_favour, against : float
        Sums over kinds of what each counts, at most `MOST` a kind.
    speaking : int
        Kinds with a piece that supports or contradicts.

    Notes
    -----
    A kind counts on one side only: the excess of the weights for the barrier over those against it. Another
    supporting piece can therefore only raise the weight in favour and lower the weight against: it never
    turns verified into anything else, and never turns any other verdict into disproved. The same holds the
    other way round.

    Examples
    --------
    >>> rule(["interviews", "flow_data"], [3, 2])
    ('verified', 5.0, 0.0, 2)
    >>> rule(["interviews"] * 5, [3] * 5)
    ('not_tested', 3.0, 0.0, 1)
    """
    net: dict[str, float] = {}
    for kind, weight in zip(kinds, weights, strict=True):
        if weight:
            net[kind] = net.get(kind, 0.0) + float(weight)
    counts = np.clip(np.array(list(net.values())), -MOST, MOST)
    in_favour, against = (float(np.clip(sign * counts, 0, None).sum()) for sign in (1, -1))
    for verdict, one, other in (("verified", in_favour, against), ("disproved", against, in_favour)):
        # More than one kind can weigh is reached only by two that agree.
        if one >= ENOUGH and one >= TIMES * other:
            return verdict, in_favour, against, len(net)
    return ("mixed" if len(net) >= KINDS else "not_tested"), in_favour, against, len(net)


def barriers(evidence: pd.DataFrame) -> pd.DataFrame:
    """Judge every barrier of every area.

    Parameters
    ----------
    evidence : DataFrame, one row per piece
        ``area barrier behaviour kind finding strength base``.

    Returns
    -------
    DataFrame
        Analysis ``barriers``; ``item`` is the barrier, ``target`` the behaviour it stands in the way of. Four
        rows per barrier; within each area barriers are in the order of `VERDICTS`, then as they occur:

        ===================  ===========================================================================
        ``kinds_speaking``   kinds of evidence that speak; carries the ``verdict`` of `rule`
        ``holds_without``    1 where the verdict stays the same without the strongest piece, whichever of
                             equally strong ones that is; 0 where it would change; missing with the reason
                             ``nothing_speaks`` where there is none
        ``weight_for``       weight in favour, from 0; ``n_a`` as `pieces.base`
        ``weight_against``   weight against, from 0; ``n_a`` as `pieces.base`
        ===================  ===========================================================================

    Raises
    ------
    KeyError
        As `pieces.weighed`.

    Examples
    --------
    >>> evidence = pd.DataFrame({"area": "X1", "behaviour": "b", "barrier": "x", "finding": "supports",
    ...     "kind": ["interviews", "flow_data"], "strength": ["strong", "weak"], "base": [12, None]})
    >>> barriers(evidence).query("estimand == 'kinds_speaking'")[["item", "estimate", "verdict"]]
      item  estimate   verdict
    0    x       2.0  verified
    """
    rows = []
    for (area, barrier), part in weighed(evidence).groupby(["area", "barrier"], sort=False):
        kinds, weights = part["kind"].tolist(), part["weight"].to_numpy()
        verdict, in_favour, against, speaking = rule(kinds, weights)
        same = {"area": area, "item": barrier, "target": part["behaviour"].iloc[0], "method": RULE}
        # Of a barrier on which no piece counts it can be said that nothing was said.
        held, smallest = _without_strongest(kinds, weights, verdict), base(part) or np.nan
        rows += [
            same | {"estimand": "kinds_speaking", "estimate": float(speaking), "verdict": verdict},
            same | {"estimand": "holds_without", **held},
            same | {"estimand": "weight_for", "estimate": in_favour, "n_a": smallest},
            same | {"estimand": "weight_against", "estimate": against, "n_a": smallest},
        ]
    columns = [
        "analysis",
        "area",
        "item",
        "target",
        "estimand",
        "estimate",
        "n_a",
        "verdict",
        "reason",
        "method",
    ]
    found = pd.DataFrame(rows, columns=columns).assign(analysis="barriers")
    found = found.fillna({"verdict": "", "reason": ""})
    place = found.groupby(["area", "item"], sort=False)["verdict"].transform("first").map(VERDICTS.index)
    return found.iloc[np.lexsort((place, pd.factorize(found["area"])[0]))].reset_index(drop=True)


def _without_strongest(kinds: list[str], weights: np.ndarray, verdict: str) -> dict[str, float | str]:
    """Say whether a verdict outlives its strongest piece, any of them where several are equally strong."""
    size = np.abs(weights)
    if not size.any():
        return {"estimate": np.nan, "reason": "nothing_speaks"}
    strongest = np.flatnonzero(size == size.max())
    others = [rule(np.delete(kinds, one).tolist(), np.delete(weights, one))[0] for one in strongest]
    return {"estimate": float(all(other == verdict for other in others)), "reason": ""}


def by_kind(evidence: pd.DataFrame, *, over: str = "kind") -> pd.DataFrame:
    """Balance the evidence on every barrier, kind by kind or level by level.

    Parameters
    ----------
    evidence : DataFrame, one row per piece
        ``area barrier kind finding strength base``, and ``level`` (``front_line``, ``senior`` or "").
    over : {"kind", "level"}
        By kind, or by the level of the people it comes from; pieces without level are then left out.

    Returns
    -------
    DataFrame
        Analysis ``evidence_by_kind`` or ``evidence_by_level``, one row ``balance`` for each pair that has a
        piece: weight for the barrier less weight against it, for a kind from −3 to 3; ``target`` is the kind,
        or ``group_a`` the level. ``n_a`` as `pieces.base`; ``reason`` is ``nothing_speaks`` where none of
        its pieces supports or contradicts, and then the balance is 0.

    Raises
    ------
    KeyError
        As `pieces.weighed`.
    ValueError
        If `over` is neither.

    Examples
    --------
    >>> evidence = pd.DataFrame({"area": "X1", "behaviour": "b", "barrier": "x", "level": "", "base": None,
    ...     "kind": "flow_data", "finding": ["supports", "contradicts"], "strength": ["strong", "weak"]})
    >>> by_kind(evidence)[["item", "target", "estimate"]]
      item     target  estimate
    0    x  flow_data       2.0
    """
    if over not in ("kind", "level"):
        raise ValueError(f"over must be 'kind' or 'level', got {over!r}")
    pieces, rows = weighed(evidence), []
    pieces = pieces[pieces[over].ne("")]
    for (area, barrier, one), part in pieces.groupby(["area", "barrier", over], sort=False):
        _, in_favour, against, speaking = rule(part["kind"].tolist(), part["weight"].tolist())
        rows.append(
            {
                "area": area,
                "item": barrier,
                "target" if over == "kind" else "group_a": one,
                "n_a": base(part),
                "estimate": in_favour - against,
                "reason": "" if speaking else "nothing_speaks",
            }
        )
    columns = ["area", "item", "target" if over == "kind" else "group_a", "n_a", "estimate", "reason"]
    named = {"analysis": f"evidence_by_{over}", "estimand": "balance", "method": RULE}
    return pd.DataFrame(rows, columns=columns).assign(**named)
