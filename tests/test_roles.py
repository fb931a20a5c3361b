"""Two roles on the same questions: the comparison, and that neither can be found from what is shown."""

import numpy as np
import pandas as pd
import pytest
import sample_survey as sample

from trustgap.report import measuring
from trustgap.report import release as releases
from trustgap.report.study import open_area
from trustgap.report.themes import diagnostic
from trustgap.stats.diagnostic.roles import NO_ROLE, by_role, role_gap
from trustgap.stats.families import adjusted
from trustgap.stats.orders.ordinal import theta
from trustgap.survey import folder

ITEMS = pd.DataFrame(
    {"team": "", "top_from": 4, "low_to": 2, "k": 5, "numeric": False, "scale": "s"}, index=["p", "q"]
)
EVIDENCE = (
    "area,behaviour,barrier,kind,finding,strength\n"
    "X001,best_pathway,beds_first,interviews,supports,strong\n"
    "X003,best_pathway,beds_first,interviews,supports,strong\n"
)
LINKED = ["free_beds", "short_wait", "available_today"]


def people(front, senior, *, none=0, seed=0):
    rng = np.random.default_rng(seed)
    n = front + senior + none
    roles = ["front_line"] * front + ["senior"] * senior + [""] * none
    return pd.DataFrame(
        {"area": "X1", "wave": "1", "role": roles, "p": rng.integers(1, 6, n), "q": rng.integers(1, 6, n)}
    )


def test_the_comparison_is_that_of_the_two_roles_counted_by_hand():
    answers = people(60, 40, none=5)
    rows = role_gap(by_role(answers, ITEMS), ITEMS, "front_line", "senior", seed=1)
    found = rows[rows["estimand"].eq("theta")].set_index("item")
    for item in ITEMS.index:
        x, y = (
            answers.loc[answers["role"].eq(role), item].value_counts().reindex(range(1, 6), fill_value=0)
            for role in ("front_line", "senior")
        )
        expected = theta(x.to_numpy(), y.to_numpy()).iloc[0]
        assert found.loc[item, "estimate"] == pytest.approx(expected["estimate"])
        assert found.loc[item, "p_value"] == pytest.approx(expected["p_value"])
    holm = adjusted(found["p_value"], pd.Series("f", index=found.index), method="holm")
    assert found["p_adjusted"].tolist() == pytest.approx(holm.tolist())
    shares = rows[rows["estimand"].eq("top2_share")].set_index(["item", "group_a"])
    for item, role in shares.index:
        own = answers.loc[answers["role"].eq(role), item]
        assert shares.loc[(item, role), "estimate"] == pytest.approx(own.ge(4).mean())
        assert shares.loc[(item, role), ["n_a", "n_b"]].tolist() == [len(own), 100 - len(own)]


def test_every_row_rests_on_both_roles_and_on_everybody():
    rows = role_gap(by_role(people(30, 20), ITEMS), ITEMS, "front_line", "senior")
    for row in rows.itertuples():
        assert row.rests_on == tuple(("X1", "1", one, row.item) for one in ("front_line", "senior", "all"))


def test_those_without_a_role_are_counted_apart():
    counts = by_role(people(12, 11, none=3), ITEMS)
    n = counts.set_index(["group", "item"])[[1, 2, 3, 4, 5]].sum(axis=1)
    assert n[(NO_ROLE, "p")] == 3
    assert n[("senior", "q")] == 11


def roles_of(tmp_path, change=lambda frame: frame, area="X001"):
    """Look at the roles of a demo area after a change of its answers.

    Of the areas three have no pages, so that none of them is what the others leave of the whole.
    """
    areas = ["X001", "X002", "X003", "X071", "X078"]
    survey = sample.folder(tmp_path / "survey", areas=areas, answers=change, waves=["2019"])
    (survey / "evidence.csv").write_text(EVIDENCE, encoding="utf-8")
    release = tmp_path / "release"
    releases.write(measuring.measure(folder.load(survey)), release)
    study = open_area("", area=area, release=str(release), outputs=str(tmp_path))
    shown = diagnostic.roles(study)
    assert study.recorded[-1] is shown
    return shown.frame.set_index(["estimand", "item", "group_a"]), shown


def cast(front, senior, none=0):
    """Give the people of X001 these roles, and let them answer the linked questions, half of them often.

    They are of two groups, every other two of each, so that of every role enough are in either.
    """

    def change(frame):
        own = frame.index[frame["area"].eq("X001")]
        frame.loc[own, "group"] = np.where(np.arange(len(own)) // 2 % 2, "asc", "hospital")
        roles = (["front_line"] * front + ["senior"] * senior + [None] * none + ["front_line"] * 999)[
            : len(own)
        ]
        frame.loc[own, "role"] = roles
        for item in LINKED:
            frame.loc[own, item] = np.where(np.arange(len(own)) % 2, "5", "2")
        frame.loc[own[front + senior + none :], LINKED] = None
        return frame

    return change


NUMBERS = ["estimate", "conf_low", "conf_high", "n_a", "n_b", "p_value", "p_adjusted", "mde80"]


def test_two_large_roles_are_shown(tmp_path):
    frame, shown = roles_of(tmp_path, cast(60, 40))
    assert shown.hidden == 0
    assert set(frame.index.get_level_values("item")) == set(LINKED)
    assert frame.loc[("theta", "free_beds", "front_line"), "estimate"] == 0.5
    assert frame.loc[("top2_share", "free_beds", "senior"), "group_a_label"] == "Senior stakeholder"


@pytest.mark.parametrize(("front", "senior", "none"), [(60, 10, 0), (10, 60, 0), (60, 40, 10), (60, 40, 1)])
def test_where_a_role_or_those_without_one_are_few_both_roles_are_hidden(front, senior, none, tmp_path):
    frame, shown = roles_of(tmp_path, cast(front, senior, none))
    assert shown.hidden == len(shown) == 9
    assert frame[NUMBERS].isna().all(axis=None)
    assert set(frame["estimate_text"]) == {"[c]"}


def test_enough_without_a_role_hide_nothing(tmp_path):
    assert roles_of(tmp_path, cast(60, 40, 11))[1].hidden == 0


def test_where_nearly_all_of_one_role_agree_the_other_is_not_given_either(tmp_path):
    def change(frame):
        frame = cast(60, 24)(frame)
        senior = frame["area"].eq("X001") & frame["role"].eq("senior")
        frame.loc[senior, "free_beds"] = "5"
        return frame

    frame, _ = roles_of(tmp_path, change)
    assert frame.loc[("top2_share", "free_beds", "senior"), "estimate_text"] == ">90%"
    assert frame.loc[("top2_share", "free_beds", "front_line"), "estimate_text"] == "[z]"
    assert frame.loc[("theta", "free_beds", "front_line"), "estimate_text"] == "[z]"
    kept = [("theta", "free_beds", "front_line"), ("top2_share", "free_beds", "front_line")]
    assert frame.loc[kept, ["estimate", "conf_low", "p_value"]].isna().all(axis=None)
    assert frame.loc[("top2_share", "short_wait", "front_line"), "estimate_text"] == "50%"


def test_an_area_without_a_local_result_shows_no_role(tmp_path):
    _, shown = roles_of(tmp_path, area="X003")
    assert shown.hidden == len(shown) > 0


def test_role_is_never_looked_at_within_a_group(tmp_path):
    frame, _ = roles_of(tmp_path, cast(60, 40))
    assert set(frame.index.get_level_values("group_a")) | set(frame["group_b"]) == {"front_line", "senior"}
