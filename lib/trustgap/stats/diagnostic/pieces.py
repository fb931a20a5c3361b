"""Pieces of evidence, each with the weight that it brings for or against a barrier."""

import pandas as pd

WEIGHTS = {"strong": 3.0, "moderate": 2.0, "weak": 1.0, "": 1.0}
"""What a piece of evidence counts. A piece whose strength nobody gave counts as a weak one."""

METHOD = "strong 3, moderate 2, weak 1; below 0 where it contradicts"

SIGNS = {"supports": 1.0, "contradicts": -1.0, "neither": 0.0}

OF_PEOPLE = ("interviews", "survey", "case_reviews")
"""Kinds of evidence whose base counts people or their cases; elsewhere meetings, months or letters."""


def weighed(evidence: pd.DataFrame) -> pd.DataFrame:
    """Give every piece of evidence its weight.

    Parameters
    ----------
    evidence : DataFrame, one row per piece
        Needs ``finding`` (a key of `SIGNS`), ``strength`` (a key of `WEIGHTS`).

    Returns
    -------
    DataFrame
        `evidence` with ``weight``, from −3 to 3.

    Raises
    ------
    KeyError
        If a finding or a strength is none of those known.

    Examples
    --------
    >>> weighed(pd.DataFrame({"finding": ["contradicts"], "strength": ["moderate"]}))["weight"].tolist()
    [-2.0]
    """
    for column, known in (("finding", SIGNS), ("strength", WEIGHTS)):
        unknown = sorted(set(evidence[column]) - set(known))
        if unknown:
            raise KeyError(f"{column} must be one of {list(known)}, got {unknown}")
    weight = evidence["finding"].map(SIGNS).astype(float) * evidence["strength"].map(WEIGHTS).astype(float)
    return evidence.assign(weight=weight + 0.0)


def base(pieces: pd.DataFrame) -> float:
    """Give the smallest known number of people or cases that one of several pieces rests on.

    Parameters
    ----------
    pieces : DataFrame
        ``kind`` and ``base``.

    Returns
    -------
    float
        Missing where none is known; a sum of pieces is to be hidden if one of them is.

    Examples
    --------
    >>> base(pd.DataFrame({"kind": ["interviews", "observation"], "base": [14, 3]}))
    14.0
    """
    return float(pd.to_numeric(pieces.loc[pieces["kind"].isin(OF_PEOPLE), "base"]).min())


def pieces(evidence: pd.DataFrame) -> pd.DataFrame:
    """List every piece of evidence with its weight.

    Parameters
    ----------
    evidence : DataFrame, one row per piece
        ``area barrier kind level finding strength base``.

    Returns
    -------
    DataFrame
        Analysis ``evidence_pieces``, one row ``weight`` per piece, in the order given: ``item`` is the
        barrier, ``target`` the kind, ``group_a`` the level, ``estimate`` from −3 to 3. ``n_a`` is the base of
        the kinds in `OF_PEOPLE`.

    Raises
    ------
    KeyError
        As `weighed`.

    Examples
    --------
    >>> evidence = pd.DataFrame({"area": "X1", "behaviour": "b", "barrier": "x", "level": "senior",
    ...     "kind": "survey", "finding": ["contradicts"], "strength": "weak", "base": 30})
    >>> pieces(evidence)[["item", "target", "group_a", "n_a", "estimate"]]
      item  target group_a   n_a  estimate
    0    x  survey  senior  30.0      -1.0
    """
    found = weighed(evidence).reset_index(drop=True)
    people = found["kind"].isin(OF_PEOPLE)
    return pd.DataFrame(
        {
            "analysis": "evidence_pieces",
            "area": found["area"],
            "item": found["barrier"],
            "target": found["kind"],
            "group_a": found["level"],
            "n_a": pd.to_numeric(found["base"]).astype(float).where(people),
            "estimand": "weight",
            "estimate": found["weight"],
            "method": METHOD,
        }
    )
