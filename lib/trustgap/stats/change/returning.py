"""How many people answered in more than one wave."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from trustgap.stats.counts import ALL, part
from trustgap.stats.shares.intervals import wilson


def returning(answers: pd.DataFrame, *, waves: Sequence[str]) -> pd.DataFrame:
    """Estimate how many people can be recognised in more than one wave.

    Parameters
    ----------
    answers : DataFrame, one row per respondent and wave
        Of one area: ``respondent``, ``area``, ``wave``.
    waves : sequence of str
        The waves in time order; those without respondents are passed over.

    Returns
    -------
    DataFrame of two rows
        Analysis ``linked``: ``returning_share``, the part of the respondents of the last wave who also
        answered in the first, and ``several_waves_share``, the part of all people who answered in more than
        one wave. Wilson limits. ``n_a`` is the base, ``n_b`` those it counts. No rows where nobody
        answered in two waves.

    Raises
    ------
    KeyError
        If a column is absent.

    Notes
    -----
    People are told apart by the ids of the answers file: where it has none, or new ones in every wave,
    nobody is recognised. The limits describe chance in who answered, as if people answered independently.

    Examples
    --------
    >>> answers = pd.DataFrame({"respondent": ["r", "s", "r", "t"], "area": "X1"})
    >>> answers["wave"] = ["1", "1", "2", "2"]
    >>> returning(answers, waves=["1", "2"])[["estimand", "n_a", "n_b", "estimate"]].round(2)
                  estimand  n_a  n_b  estimate
    0      returning_share    2    1      0.50
    1  several_waves_share    3    1      0.33
    """
    people = answers[["area", "respondent"]].assign(wave=answers["wave"].astype(str)).drop_duplicates()
    times = people.groupby("respondent")["wave"].size()
    asked = [wave for wave in waves if people["wave"].eq(wave).any()]
    columns = ["area", "wave", "analysis", "estimand", "group_a", "n_a", "n_b", "estimate"]
    if not (times > 1).any():
        return pd.DataFrame(columns=[*columns, "conf_low", "conf_high", "method", "rests_on"])
    first, last = (set(people.loc[people["wave"].eq(wave), "respondent"]) for wave in (asked[0], asked[-1]))
    base, hits = np.array([len(last), len(times)]), np.array([len(first & last), int((times > 1).sum())])
    low, high = wilson(hits, base)
    area = str(people["area"].iloc[0])
    return pd.DataFrame(
        {
            "area": area,
            "wave": f"{asked[0]}/{asked[-1]}",
            "analysis": "linked",
            "estimand": ["returning_share", "several_waves_share"],
            "group_a": ALL,
            "n_a": base,
            "n_b": hits,
            "estimate": hits / base,
            "conf_low": low,
            "conf_high": high,
            "method": "Wilson score interval",
            "rests_on": [_rests(area, some) for some in ((asked[0], asked[-1]), asked)],
        }
    )


def _rests(area: str, waves: Sequence[str]) -> tuple:
    """Name the cells behind a row: who answered in each wave, and who was there before or was not."""
    again = ((area, wave, ALL, part("linked", wave)) for wave in waves[1:])
    return (*((area, wave, ALL, "") for wave in waves), *again)
