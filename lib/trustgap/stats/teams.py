"""Who rates which team: a group rates every team of the questionnaire but its own."""

import pandas as pd


def item_of_team(items: pd.DataFrame, block: str) -> pd.Series:
    """Name the item that rates each team.

    Parameters
    ----------
    items : DataFrame, indexed by item
        Needs ``block`` and ``team``.
    block : str
        Block of items, such as ``"trust"``.

    Returns
    -------
    Series of str, indexed by team
        In the order of the items.

    Raises
    ------
    ValueError
        If a team has several items in the block.

    Examples
    --------
    >>> items = pd.DataFrame({"block": "trust", "team": ["s", ""]}, index=["trust_s", "trust_all"])
    >>> item_of_team(items, "trust").to_dict()
    {'s': 'trust_s'}
    """
    rating = items[(items["block"] == block) & (items["team"] != "")]
    several = sorted(rating["team"][rating["team"].duplicated()].unique())
    if several:
        raise ValueError(f"block {block!r} must have one item per team, but has several for {several}")
    return pd.Series(rating.index, index=rating["team"])


def belongs(group: str, team: str, teams: pd.DataFrame | None) -> bool:
    """Say whether a group is part of a team, and so does not rate it.

    Parameters
    ----------
    group, team : str
        Who would rate, and who would be rated; "" for an item that rates no team.
    teams : DataFrame, indexed by team, or None
        ``members``: the groups that do not rate the team; None where nothing is known of them.

    Returns
    -------
    bool

    Examples
    --------
    >>> teams = pd.DataFrame({"members": [("a", "b")]}, index=["s"])
    >>> [belongs(group, "s", teams) for group in "abc"], belongs("a", "", teams)
    ([True, True, False], False)
    """
    return teams is not None and team in teams.index and group in teams.loc[team, "members"]


def rates(group: str, team: str, groups: pd.DataFrame, teams: pd.DataFrame | None) -> bool:
    """Say whether a group is asked about a team.

    Parameters
    ----------
    group, team : str
        Who would rate, and who would be rated.
    groups : DataFrame, indexed by group
        ``team``: the team that the group is, or "".
    teams : DataFrame, indexed by team, or None
        ``members``: the groups that do not rate the team. Without it a group rates all teams but its own.

    Returns
    -------
    bool

    Examples
    --------
    >>> groups = pd.DataFrame({"team": ["s", ""]}, index=["a", "b"])
    >>> [rates(group, "s", groups, None) for group in groups.index]
    [False, True]
    """
    return groups.loc[group, "team"] != team and not belongs(group, team, teams)
