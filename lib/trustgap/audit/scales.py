"""What a stranger learns of a question's scale: how many answers it has, and which count as positive."""

import numpy as np
import pandas as pd

PARTS = ("negative", "neutral", "positive")


def scales(rows: pd.DataFrame) -> pd.DataFrame:
    """Read the scales of the questions from their published distributions.

    Parameters
    ----------
    rows : DataFrame
        Published rows in the results vocabulary.

    Returns
    -------
    DataFrame, indexed by item
        ``k``, the number of answers; ``top_from``, the lowest that counts as positive; ``low_to``, the
        highest that counts as negative, 0 where none does; ``scored``, whether the numbers of the answers
        are known, or only their order.

    Notes
    -----
    A question whose single answers are published nowhere has as many levels as it has parts. Else the
    positive answers begin where the shares of the answers from there on come closest to the positive share.

    Examples
    --------
    >>> rows = pd.DataFrame({"area": "X1", "wave": "1", "group_a": "all", "item": "q",
    ...                      "estimand": ["category_1", "category_2", "category_3", "positive", "neutral"],
    ...                      "estimate": [0.2, 0.3, 0.5, 0.5, 0.5]})
    >>> print(scales(rows).loc["q"].to_string())
    k              3
    top_from       3
    low_to         0
    scored      True
    """
    told = rows[rows["estimand"].str.fullmatch("category_[0-9]+|negative|neutral|positive")]
    plain = rows[rows["estimand"].isin(["top2_share", "mean"]) & rows["item"].ne("")]
    found = {item: _scale(part) for item, part in told.groupby("item", sort=True)}
    unknown = {"k": 2, "top_from": 2, "low_to": 1, "scored": False}
    found |= {item: unknown for item in sorted(set(plain["item"]) - set(found))}
    return pd.DataFrame.from_dict(found, orient="index", columns=list(unknown)).rename_axis("item")


def _scale(told: pd.DataFrame) -> dict:
    """Read one scale."""
    parts = set(told["estimand"]) & set(PARTS)
    numbers = sorted(int(name.removeprefix("category_")) for name in set(told["estimand"]) - set(PARTS))
    if not numbers:
        low = int("negative" in parts)
        return {"k": low + int("neutral" in parts) + 1, "low_to": low, "scored": False} | {
            "top_from": low + int("neutral" in parts) + 1
        }
    wide = (
        told[told["estimate"].notna() & ~told["reason"].isin(["over", "under"])] if "reason" in told else told
    )
    table = wide.pivot_table(
        index=["area", "wave", "group_a"], columns="estimand", values="estimate", aggfunc="first"
    )
    k = numbers[-1]
    names = [f"category_{number}" for number in range(1, k + 1)]
    whole = table.reindex(columns=[*names, "positive", "negative"]).dropna(subset=names)
    upward = whole[names].iloc[:, ::-1].cumsum(axis=1).iloc[:, ::-1]
    downward = whole[names].cumsum(axis=1)
    top = _nearest(upward, whole["positive"]) + 1 if "positive" in parts else k
    low = _nearest(downward, whole["negative"]) + 1 if "negative" in parts else 0
    return {"k": k, "top_from": top, "low_to": low, "scored": True}


def _nearest(sums: pd.DataFrame, part: pd.Series) -> int:
    """Find the column that comes closest to a part, over all cells."""
    apart = sums.sub(part, axis=0).abs().mean()
    return 0 if apart.isna().all() else int(np.nanargmin(apart.to_numpy()))
