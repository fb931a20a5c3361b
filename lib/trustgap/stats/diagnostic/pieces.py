"""Pieces of evidence, each with the weight that it brings for or against a barrier."""

import pandas as pd

WEIGHTS = {"strong": 3.0, "moderate": 2.0, "weak": 1.0, "": 1.0}
"""What a piece of evidence counts. A piece whose strength nobody gave counts as a weak one."""

METHOD = "strong 3, moderate 2, weak 1; below 0 where it contradicts"

SIGNS = {"supports": 1.0, "contradicts": -1.0, "neither": 0.0}

FEWEST = 11
"""A piece of evidence on fewer people or cases, or on nobody knows how many, counts for nothing: with all
other pieces in view the verdict would tell what these few said."""

OF_PEOPLE = ("interviews", "survey", "case_reviews")
"""Kinds of evidence whose base counts people or their cases; elsewhere meetings, months or letters."""


def weighed(evidence: pd.DataFrame) -> pd.DataFrame:
    """Give every piece of evidence its weight.

    Parameters
    ----------
    evidence : DataFrame, one row per piece
        Needs ``finding`` (a key of `SIGNS`), ``strength`` (a key of `WEIGHTS`), ``kind`` and ``base``.

    Returns
    -------
    DataFrame
        `evidence` with ``counts``, False for a kind of `OF_PEOPLE` on fewer than `FEWEST`, and ``weight``,
        from −3 to 3, of those that do not count 0.

    Raises
    ------
    KeyError
        If a finding or a strength is none of those known.

    Examples
    --------
    >>> found = {"finding": "contradicts", "strength": "moderate", "kind": "interviews", "base": [12, 8]}
    >>> weighed(pd.DataFrame(found))["weight"].tolist()
    [-2.0, 0.0]
    """
    for column, known in (("finding", SIGNS), ("strength", WEIGHTS)):
        unknown = sorted(set(evidence[column]) - set(known))
        if unknown:
            raise KeyError(f"{column} must be one of {list(known)}, got {unknown}")
    weight = evidence["finding"].map(SIGNS).astype(float) * evidence["strength"].map(WEIGHTS).astype(float)
    counts = ~evidence["kind"].isin(OF_PEOPLE) | pd.to_numeric(evidence["base"]).ge(FEWEST)
    return evidence.assign(counts=counts, weight=weight.where(counts, 0.0) + 0.0)


def base(pieces: pd.DataFrame) -> float:
    """Give the smallest number of people or cases that one of several pieces that count rests on.

    Parameters
    ----------
    pieces : DataFrame
        ``kind``, ``base`` and ``counts``.

    Returns
    -------
    float
        Missing where none of those that count is of people; 0 where none counts.

    Examples
    --------
    >>> base(pd.DataFrame({"kind": ["interviews", "observation"], "base": [14, 3], "counts": True}))
    14.0
    """
    of_people = pieces["kind"].isin(OF_PEOPLE) & pieces["counts"]
    return float(pd.to_numeric(pieces.loc[of_people, "base"]).min()) if pieces["counts"].any() else 0.0


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
        the kinds in `OF_PEOPLE`, 0 where it is not known.

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
            "n_a": pd.to_numeric(found["base"]).astype(float).fillna(0.0).where(people),
            "estimand": "weight",
            "estimate": found["weight"],
            "method": METHOD,
        }
    )
