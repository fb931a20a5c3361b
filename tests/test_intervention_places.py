"""Interventions in order: states first, then rank sets, and what cannot be ranked said to be so."""

import numpy as np
import pandas as pd
import pytest

from trustgap.stats.diagnostic.order import linked, places, states
from trustgap.stats.ranking.means import pooled, scores
from trustgap.stats.ranking.ranks import rank_sets

ITEMS = pd.DataFrame({"top_from": 4}, index=list("pqrs"))


def answers(n=120, *, shares=(0.9, 0.6, 0.3, 0.3), groups=("a", "b"), seed=0):
    rng = np.random.default_rng(seed)
    scored = np.where(rng.random((n, len(shares))) < shares, 5, 2)
    frame = pd.DataFrame(scored, columns=list(ITEMS.index[: len(shares)]))
    return frame.assign(area="X1", wave="1", group=[groups[row % len(groups)] for row in range(n)])


def stated(**verdicts):
    return pd.DataFrame({"item": list(verdicts), "verdict": list(verdicts.values())})


def factors(**items):
    return pd.DataFrame(
        [(one, item) for one, many in items.items() for item in many], columns=["intervention", "item"]
    )


def ranked(frame, own, state, *, seed=1):
    rows = places(frame, ITEMS, own, state, area="X1", wave="1", seed=seed)
    return rows[rows["estimand"].eq("rank")].set_index("item")


def test_an_intervention_takes_the_most_telling_verdict_among_its_barriers():
    addressed = pd.DataFrame({"intervention": list("iijjkl"), "barrier": list("uvwxyz")})
    verdicts = pd.DataFrame(
        {"item": list("uvwy"), "verdict": ["disproved", "mixed", "verified", "disproved"]}
    )
    rows = states(addressed, verdicts, area="X1").set_index("item")
    assert rows["verdict"].to_dict() == {"i": "mixed", "j": "verified", "k": "disproved", "l": "not_tested"}
    assert rows["estimate"].to_dict() == {"i": 0, "j": 1, "k": 0, "l": 0}


def test_only_factors_behind_the_deciding_barriers_count():
    addressed = pd.DataFrame({"intervention": list("iijj"), "barrier": list("uvuw")})
    verdicts = pd.DataFrame({"item": list("uvw"), "verdict": ["disproved", "verified", "disproved"]})
    links = pd.DataFrame({"barrier": list("uvw"), "item": list("pqr")})
    own = linked(addressed, links, verdicts).groupby("intervention")["item"].agg(set).to_dict()
    assert own == {"i": {"q"}, "j": {"p", "r"}}


def test_states_come_before_shares():
    own = factors(high="p", middle="q", low="r", other="s")
    state = stated(high="disproved", middle="not_tested", low="mixed", other="verified")
    rows = ranked(answers(), own, state)
    for name, place in (("other", 1), ("low", 2), ("middle", 3), ("high", 4)):
        assert rows.loc[name, ["estimate", "conf_low", "conf_high"]].tolist() == [place] * 3


def test_within_a_state_the_sets_are_those_of_the_rank_sets_of_its_factors():
    frame = answers(400, shares=(0.9, 0.6, 0.3, 0.32))
    state = stated(i="verified", j="verified", k="verified", l="verified")
    rows = ranked(frame, factors(i="p", j="q", k="r", l="s"), state)
    mean, covariance, n = pooled([scores(frame[frame["group"].eq(group)], ITEMS) for group in "ab"])
    expected = rank_sets(mean, covariance, n=n, seed=5)
    assert (
        rows[["conf_low", "conf_high"]].to_numpy().tolist() == expected[["low", "high"]].to_numpy().tolist()
    )
    assert rows["estimate"].tolist() == expected["rank"].tolist()


def test_the_mean_over_factors_is_taken_within_respondents():
    frame = answers(60).assign(p=[5, 2] * 30, q=[5, 5, 2, 2] * 15)
    frame.loc[0, "q"] = -2
    rows = places(frame, ITEMS, factors(i="pq"), stated(i="mixed"), area="X1", wave="1", seed=1)
    row = rows[rows["estimand"].eq("linked_share")].iloc[0]
    own = ((frame[["p", "q"]] >= 4).astype(float)).where(frame[["p", "q"]] > 0).mean(axis=1)
    means = own.groupby(frame["group"]).mean()
    error = np.sqrt((own.groupby(frame["group"]).var() / 30).sum() / 4)
    assert row["estimate"] == pytest.approx(means.mean())
    assert (row["conf_high"] - row["conf_low"]) / 2 == pytest.approx(2.0 * error, rel=0.02)
    assert row["rests_on"] == (("X1", "1", "all", "p"), ("X1", "1", "all", "q"))


def test_two_interventions_on_the_same_factors_are_ties_that_nobody_can_order():
    rows = ranked(answers(500), factors(i="q", j="q", k="p"), stated(i="mixed", j="mixed", k="mixed"))
    assert rows.loc[["i", "j"], "estimate"].tolist() == [2, 2]
    assert rows.loc[["i", "j"], ["conf_low", "conf_high"]].to_numpy().tolist() == [[2, 3], [2, 3]]


def test_one_that_cannot_be_ranked_could_stand_anywhere_and_widens_the_others():
    state = stated(first="verified", high="mixed", low="mixed", none="mixed", last="disproved")
    rows = ranked(answers(500), factors(first="s", high="p", low="r", last="q"), state)
    assert rows.loc["none", ["conf_low", "conf_high", "reason"]].tolist() == [2, 4, "not_linked"]
    assert np.isnan(rows.loc["none", "estimate"])
    assert rows.loc["high", ["conf_low", "conf_high"]].tolist() == [2, 3]
    assert rows.loc["low", ["conf_low", "conf_high"]].tolist() == [3, 4]
    assert rows.loc[["first", "last"], "conf_low"].tolist() == [1, 5]


def test_without_answers_the_evidence_alone_decides_and_says_so():
    state = stated(i="verified", j="mixed", k="mixed")
    rows = ranked(answers().iloc[:0], factors(i="p", j="q", k="r"), state)
    assert rows["reason"].tolist() == ["evidence_only"] * 3
    assert rows[["conf_low", "conf_high"]].to_numpy().tolist() == [[1, 1], [2, 3], [2, 3]]
    assert rows["rests_on"].map(len).tolist() == [0, 0, 0]


@pytest.mark.parametrize(("n", "groups"), [(20, ("a", "b")), (28, ("a",)), (40, tuple("abcd"))])
def test_too_few_people_rank_nothing(n, groups):
    """Ten in each group, or fewer than 30 in all."""
    rows = ranked(answers(n, groups=groups), factors(i="p", j="r"), stated(i="mixed", j="mixed"))
    assert set(rows["reason"]) == {"n_lt_min"}
    assert rows["conf_high"].tolist() == [2, 2]


def test_everybody_alike_ranks_nothing():
    frame = answers(80).assign(p=5, q=5)
    rows = places(
        frame, ITEMS, factors(i="p", j="q"), stated(i="mixed", j="mixed"), area="X1", wave="1", seed=1
    )
    assert rows[rows["estimand"].eq("rank")]["conf_high"].tolist() == [2, 2]
    assert rows[rows["estimand"].eq("linked_share")]["reason"].tolist() == ["constant"] * 2


def test_no_intervention_gives_no_rows():
    rows = places(answers(), ITEMS, factors(), stated(), area="X1", wave="1", seed=1)
    assert len(rows) == 0


def test_places_hold_together_at_least_as_often_as_promised():
    """Two states of three interventions each, shares close together: all places right in 95% of surveys."""
    items = pd.DataFrame({"top_from": 4}, index=list("pqrstu"))
    shares = [0.5, 0.55, 0.6, 0.4, 0.45, 0.5]
    own = factors(**dict(zip("ijklmn", items.index, strict=True)))
    state = stated(**dict(zip("ijklmn", ["verified"] * 3 + ["mixed"] * 3, strict=True)))
    truth, rng, right = np.array([3, 2, 1, 6, 5, 4]), np.random.default_rng(7), 0
    for draw in range(60):
        scored = pd.DataFrame(np.where(rng.random((90, 6)) < shares, 5, 1), columns=items.index)
        frame = scored.assign(area="X1", wave="1", group="a")
        rows = places(frame, items, own, state, area="X1", wave="1", seed=draw).query("estimand == 'rank'")
        right += ((rows["conf_low"] <= truth) & (truth <= rows["conf_high"])).all()
    assert right / 60 >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / 60)


def test_the_answers_are_not_changed_and_the_order_of_interventions_does_not_matter():
    frame = answers(200)
    before, own = frame.copy(), factors(i="p", j="q", k="r")
    one = ranked(frame, own, stated(i="mixed", j="mixed", k="mixed"))
    other = ranked(frame, own, stated(k="mixed", i="mixed", j="mixed"))
    pd.testing.assert_frame_equal(frame, before)
    limits = ["estimate", "conf_low", "conf_high"]
    pd.testing.assert_frame_equal(one[limits], other.loc[list("ijk"), limits])
