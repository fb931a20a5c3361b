"""What is said about first places, about ranking by mean score, and about two groups' orders."""

import numpy as np
import pandas as pd
import pytest

from trustgap.report.disclosure import Mask
from trustgap.report.sentences import orders, ranking
from trustgap.report.wording import Words

IDS = list("pqrstu")


def protect(rows):
    place = {"area": "X1", "wave": "1", "n_a": 60, "reason": ""}
    rows = rows.assign(**{name: value for name, value in place.items() if name not in rows})
    return Mask().protect(rows.assign(rests_on=[()] * len(rows)), Words.plain())


def ranks(*, analysis="ranking", n=60, **lists):
    """Build rows of ranks: for top_1 and so on, the items that could be among them."""
    frames = [pd.DataFrame({"estimand": "rank", "item": IDS, "estimate": range(1, 7)})]
    for name, inside in lists.items():
        flags = [float(item in inside) for item in IDS]
        frames.append(pd.DataFrame({"estimand": name, "item": IDS, "estimate": flags}))
    rows = pd.concat(frames, ignore_index=True)
    return protect(
        rows.assign(analysis=analysis, group_a="all", n_a=[n] * len(rows) if np.ndim(n) == 0 else n)
    )


def test_each_list_names_only_what_the_one_before_did_not():
    found = ranking.tops(ranks(top_1="pq", top_3="pqrs", top_5="pqrst"))

    assert found[0] == "2 of 6 factors could be the most frequent: “p” and “q”."
    assert found[1] == "4 of 6 factors could be one of the 3 most frequent: these and “r” and “s”."
    assert found[2] == "The 5 most frequent are “p”, “q”, “r”, “s” and “t”."


def test_a_list_of_all_factors_names_none_and_a_single_first_is_called_this():
    found = ranking.tops(ranks(top_1="p", top_3="pqrs", top_5="pqrstu"))

    assert found[0] == "The most frequent is “p”."
    assert found[1].endswith("most frequent: this and “q”, “r” and “s”.")
    assert found[2] == "6 of 6 factors could be one of the 5 most frequent."


def test_a_hidden_factor_is_not_ruled_out():
    few = [5 if item == "q" else 60 for item in IDS] * 2
    assert (
        ranking.top(ranks(top_1="p", n=few), most=1) == "The most frequent of those that can be shown is “p”."
    )


def test_where_the_first_are_hidden_no_other_factor_takes_their_place():
    few = [5 if item in "pq" else 60 for item in IDS] * 3
    found = ranking.tops(ranks(top_1="p", top_3="pqr", n=few), places=(1, 3))

    assert found[0] == "None of 4 factors that can be shown could be the most frequent."
    assert found[1] == "1 of 4 factors that can be shown could be one of the 3 most frequent: “r”."


def test_ranking_by_mean_names_what_leaves_and_enters_each_list():
    one = ranks(top_1="pq", top_3="pqrs")
    same = ranks(top_1="pq", top_3="pqrs", analysis="ranking_by_mean")
    other = ranks(top_1="p", top_3="pqrt", analysis="ranking_by_mean")

    assert orders.by_mean(one, same).endswith("none of the 2 lists would change.")
    assert orders.by_mean(one, other).endswith(
        "2 of 2 lists would change: the first place without “q”; the first 3 without “s” and with “t”."
    )
    assert "too few answers" in orders.by_mean(one, ranks(top_1="p", n=5))


def tau(estimate, low, high, reason=""):
    row = {"analysis": "ranking", "estimand": "tau_b", "group_a": "asc", "group_b": "gp", "n_b": 60}
    values = {"estimate": estimate, "conf_low": low, "conf_high": high, "reason": reason}
    return orders.order(protect(pd.DataFrame([row | values])))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ((0.4, 0.2, 0.6), "in orders that agree in part"),
        ((-0.4, -0.6, -0.2), "run against each other"),
        ((0.1, -0.2, 0.4), "cannot be told"),
        ((1.0, np.nan, np.nan, "constant"), "has no interval"),
        ((np.nan, np.nan, np.nan, "n_lt_min"), "too few answers"),
        ((np.nan, np.nan, np.nan, "one_level"), "too few questions"),
    ],
)
def test_the_order_of_two_groups_is_judged_by_its_interval_alone(row, words):
    said = tau(*row)
    assert words in said
    assert "nan" not in said
