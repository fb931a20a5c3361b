"""The primary rules: what is hidden, what is bounded, and what must not give either away."""

from dataclasses import replace
from itertools import product

import demo_rows
import numpy as np
import pandas as pd
import pytest

from trustgap.report import measuring, release
from trustgap.report.disclosure import THRESHOLD, Mask, Shown, primary, public, read_back, together
from trustgap.report.study import Study
from trustgap.report.wording import TEXTS, Words
from trustgap.stats import counts as cells
from trustgap.stats import results
from trustgap.stats.shares import proportions, responses

ITEMS = pd.DataFrame(
    {"top_from": 4, "low_to": 2, "k": 5, "team": "", "numeric": True, "block": "trust", "scale": "s"},
    index=["q"],
)
MARKS = ["dont_know", "no_contact", "refused", "blank", "not_asked"]
SMALL = ["X005", "X041", "X075"]
EVERY = [*SMALL, "X001"]


def cell(negative, neutral, positive, **keys):
    """Make one cell whose negative answers are all 1, neutral 3 and positive 5."""
    named = {"area": "X1", "wave": "1", "group": "a", "item": "q"} | dict.fromkeys(MARKS, 0) | keys
    return named | {1: negative, 2: 0, 3: neutral, 4: 0, 5: positive}


def everything(*made, items=ITEMS):
    """Protect every row that can be made of some cells alone, by the mask that they call for."""
    counts = pd.DataFrame(list(made))
    people = counts.assign(n=cells.valid(counts))[["area", "wave", "group", "n"]]
    mask = Mask.of(primary(counts, items, people, latest="1"))
    rows = [proportions.shares(counts, items), proportions.distribution(counts, items)]
    rows.append(responses.answered(counts))
    mask = replace(mask, silent=frozenset())
    return mask.protect(pd.concat(rows, ignore_index=True), Words.plain())


def estimands(shown):
    return shown.frame.set_index("estimand")["estimate_text"].to_dict()


def test_ten_answers_hide_every_statistic_of_a_cell_and_its_base():
    """A01."""
    shown = everything(cell(3, 3, 4))

    assert shown.hidden == len(shown) > 8
    assert (shown.frame[["estimate_text", "interval_text", "n_text", "verdict_text"]] == "[c]").all(axis=None)
    numbers = shown.table.select_dtypes("number")
    assert numbers.isna().all(axis=None)


def test_eleven_answers_are_shown_in_three_categories_and_whole_percentages():
    """A02."""
    shown = everything(cell(3, 3, 5))
    texts = estimands(shown)

    assert shown.hidden == 0
    assert [texts[part] for part in ("negative", "neutral", "positive")] == ["27%", "27%", "45%"]
    assert {texts[f"category_{k}"] for k in range(1, 6)} == {"[z]"}
    assert set(shown.frame["n_text"]) == {"11 [low]"}


def test_a_person_who_answers_twice_is_one_respondent():
    answers = pd.DataFrame({"area": "X1", "wave": "1", "group": "a", "respondent": [*range(10), 9]})
    people = responses.respondents(answers)
    decided = primary(pd.DataFrame([cell(3, 3, 5)]), ITEMS, people, latest="1")

    shown = Mask.of(decided).protect(responses.who_answered(people), Words.plain())

    assert shown.hidden == len(shown)


def test_a_question_that_few_of_a_large_group_answered_is_hidden_alone():
    """A04."""
    shown = everything(cell(3, 3, 3, blank=31), cell(10, 10, 20, item="r"), items=two_items())

    assert set(shown.where(item="q").frame["estimate_text"]) == {"[c]"}
    assert shown.where(item="r").hidden == 0


def two_items():
    return pd.concat([ITEMS, ITEMS.rename(index={"q": "r"})])


def test_weights_do_not_raise_the_base_of_a_cell():
    answers = pd.DataFrame(
        {"area": "X1", "wave": "1", "group": "a", "q": [5, 1, 3, 5, 5, 1, 3, 4], "weight": 7.5}
    )

    counts = cells.tally(answers, ITEMS)

    assert cells.valid(counts).tolist() == [8]
    assert everything(*counts.to_dict("records")).hidden > 0


@pytest.mark.parametrize("n", [0, 5])
def test_nobody_looks_like_five(n):
    few, other = everything(cell(0, 0, n)), everything(cell(1, 0, 4))

    assert few.table.to_csv() == other.table.to_csv()
    assert few.frame[TEXTS].to_csv() == other.frame[TEXTS].to_csv()


# So many areas that no other cell needs to be hidden for the absent group than for five of it.
AREAS = ["X001", "X002", "X005", "X006", "X007", "X008", "X009", "X010"]


def answers_without(kept, *, item=None):
    """Give answers of `AREAS`, in which only some of one group of X001 answer the last wave, or an item."""
    given = demo_rows.survey().answers
    given = given[given["area"].astype(str).isin(AREAS)]
    group = given["area"].eq("X001") & given["wave"].eq("2019") & given["group"].eq("gp")
    places = given.index[group]
    if item is None:
        return given.drop(places[kept:]).reset_index(drop=True)
    given = given.copy()
    given.loc[places[kept:], item] = cells.MISSING["blank"]
    return given.reset_index(drop=True)


def hidden_rows(answers):
    measured = measuring.measure(replace(demo_rows.survey(), answers=answers))
    part = release.part(measured, "X001")
    study = Study(part, "X001", demo_rows.DEMO, part.mask, part.words, demo_rows.study("X001").started)
    shown = together(*(study.mask.protect(rows, study.words) for rows in demo_rows.analyses(study).values()))
    return shown.where(suppressed=True)


@pytest.mark.slow
def test_no_byte_of_any_analysis_tells_an_empty_cell_from_one_of_five():
    none, five = (hidden_rows(answers_without(kept, item="trust_hospital")) for kept in (0, 5))

    assert len(five) > 10
    assert none.frame.to_csv() == five.frame.to_csv()


@pytest.mark.slow
def test_rows_that_rest_on_an_absent_group_are_hidden_like_those_of_five():
    none, five = (hidden_rows(answers_without(kept)) for kept in (0, 5))

    # Five people more or less in a total may change what is withheld of that total.
    of_group = [
        shown.frame[shown.frame[["group_a", "group_b"]].eq("gp").any(axis=1)] for shown in (none, five)
    ]
    lines = [set(rows.to_csv(index=False).splitlines()) for rows in of_group]

    assert len(of_group[0]) > 10
    assert lines[0] <= lines[1]
    assert {"trend", "change"} <= set(of_group[0]["analysis"])


@pytest.mark.parametrize(("n", "bound"), [(12, 11), (49, 45)])
def test_near_unanimous_answers_are_bounds_and_one_who_differs_changes_nothing(n, bound):
    """A08 and A09."""
    shown = [everything(cell(k, 0, n - k)) for k in (n, n - 1, bound)]
    texts = estimands(shown[0])

    assert shown[0].table.to_csv() == shown[1].table.to_csv() == shown[2].table.to_csv()
    assert (texts["negative"], texts["mean"]) == (">90%", "[z]")
    assert {texts[part] for part in ("neutral", "positive", "top2_share")} == {"<10%"}


def test_a_large_base_is_not_bounded():
    assert estimands(everything(cell(0, 0, 50)))["top2_share"] == "100%"
    assert estimands(everything(cell(0, 0, 49)))["top2_share"] == ">90%"


def test_a_small_group_of_the_whole_country_is_bounded_and_collapsed_too():
    texts = estimands(everything(cell(0, 1, 12, area=cells.NATIONAL)))

    assert texts["positive"] == ">90%"
    assert texts["category_5"] == "[z]"


def test_all_categories_are_shown_from_thirty_answers_on():
    """A10."""
    assert estimands(everything(cell(9, 10, 10)))["category_5"] == "[z]"
    assert estimands(everything(cell(10, 10, 10)))["category_5"] == "33%"


@pytest.mark.parametrize("n", [11, 12, 19, 20, 21, 29, 30, 40, 49])
def test_no_bound_is_narrowed_by_what_stands_beside_it(n):
    triples = [(a, b, n - a - b) for a, b in product(range(n + 1), repeat=2) if a + b <= n]
    items = pd.concat([ITEMS.rename(index={"q": f"q{i}"}) for i in range(len(triples))])
    made = [cell(*triple, item=f"q{i}") for i, triple in enumerate(triples)]
    shown = everything(*made, items=items).frame
    three = ["negative", "neutral", "positive"]
    told = shown[shown["estimand"].isin([*three, "top2_share"])]
    seen = (
        told.groupby("item", sort=False)["estimate_text"].agg(tuple).loc[[f"q{i}" for i in range(len(made))]]
    )
    wide = told.pivot_table(index="item", columns="estimand", values="estimate_text", aggfunc="first")
    few = max(k for k in range(n) if k < n / 10 or k <= 1)
    allowed = {"<10%": set(range(few + 1)), ">90%": set(range(n - few, n + 1))}

    possible = {}
    for triple, texts in zip(triples, seen, strict=True):
        possible.setdefault(texts, []).append(triple)
    for i, texts in enumerate(seen):
        for place, part in enumerate(three):
            text = wide.loc[f"q{i}", part]
            if text in allowed:
                assert {triple[place] for triple in possible[texts]} == allowed[text], (triples[i], part)
            elif text == "[z]":
                assert len({triple[place] for triple in possible[texts]}) > few, (triples[i], part)


def test_a_share_is_withheld_only_beside_a_bound():
    kept = everything(cell(10, 5, 25))
    beside = everything(cell(2, 13, 25))

    assert "[z]" not in [estimands(kept)[part] for part in ("negative", "neutral", "positive")]
    texts = estimands(beside)
    assert [texts[part] for part in ("negative", "neutral", "positive")] == ["<10%", "[z]", "62%"]
    assert beside.where(estimand="neutral").frame["reason"].tolist() == ["beside"]


def test_the_mean_of_three_scores_does_not_give_a_bound_away():
    items = ITEMS.assign(top_from=3, low_to=1, k=3)
    counts = {**cell(0, 0, 0), 1: 2, 2: 13, 3: 25}

    assert estimands(everything(counts, items=items))["mean"] == "[z]"
    assert estimands(everything(counts | {1: 15, 2: 10, 3: 15}, items=items))["mean"] == "2.00"


def test_who_could_not_say_is_no_category_of_answers():
    texts = estimands(everything(cell(10, 5, 10, dont_know=1)))

    assert texts["dont_know_share"] == "4%"
    assert texts["answered_share"] == "96%"


def one(**given):
    row = {"area": "X1", "wave": "1", "item": "q", "group_a": "a", "n_a": 40, "reason": ""}
    row |= {"estimate": 0.2, "conf_low": 0.1, "conf_high": 0.3, "p_value": 0.01, "verdict": "higher"}
    return pd.DataFrame([row | {"rests_on": ((("X1", "1", "a", "q"),))} | given])


@pytest.mark.parametrize("estimand", ["share_difference", "change_over_period", "standardised_share"])
def test_a_difference_from_a_bounded_share_is_not_told_nor_which_way_it_goes(estimand):
    """B80. Of the few counts that a bound allows, one alone may give the verdict."""
    mask = replace(Mask(), bounded=frozenset([("X1", "1", "a", "q")]))

    row = mask.protect(one(estimand=estimand), Words.plain()).frame.iloc[0]

    assert (row["estimate_text"], row["verdict"], row["reason"]) == ("[z]", "", "near")
    assert row[["estimate", "conf_low", "conf_high", "p_value"]].isna().all()


@pytest.mark.parametrize("estimand", ["share_lowest", "share_highest"])
def test_a_bound_is_not_narrowed_by_the_same_bound_on_a_larger_base(estimand):
    mask = replace(Mask(), bounded=frozenset([("X1", "1", "a", "q")]))
    rows = one(estimand=estimand, n_a=44, estimate=0.92)

    assert mask.protect(rows, Words.plain()).frame["reason"].tolist() == ["near"]


@pytest.mark.parametrize("estimand", ["theta", "mean", "dominance"])
def test_a_nearly_unanimous_cell_has_no_order_and_no_mean(estimand):
    mask = replace(Mask(), unanimous=frozenset([("X1", "1", "a", "q")]))

    assert mask.protect(one(estimand=estimand), Words.plain()).frame["estimate"].isna().all()


@pytest.mark.parametrize("reason", ["constant", "separated", "steady"])
def test_a_reason_does_not_say_that_all_of_a_few_answered_alike(reason):
    few, many, second = (
        Mask().protect(one(estimand="rank", reason=reason, **bases), Words.plain()).frame.iloc[0]
        for bases in ({"n_a": 49}, {"n_a": 50}, {"n_a": 90, "n_b": 20})
    )

    assert (few["reason"], many["reason"], second["reason"]) == ("near", reason, "near")


def test_either_side_of_a_comparison_can_be_too_small():
    for bases in ({"n_b": 10}, {"n_a": 10, "n_b": 90}, {"n_a": np.nan}):
        shown = Mask().protect(one(estimand="theta", **bases), Words.plain())
        assert shown.hidden == 1


def test_a_hidden_row_keeps_neither_verdict_nor_method_nor_family():
    row = one(estimand="theta", n_b=3, method="exact", family_id="f", material=True, mde80=0.1)

    shown = Mask().protect(row, Words.plain()).frame.iloc[0]

    assert shown[["verdict", "method", "family_id"]].tolist() == ["", "", ""]
    assert not shown["material"]


def test_a_local_method_does_not_count_the_groups_that_answered():
    method = "fixed mix of 3 groups, stratified Wilson"
    local, whole = (
        Mask().protect(one(estimand="top2_share", area=area, method=method), Words.plain()).frame
        for area in ("X1", cells.NATIONAL)
    )

    assert local["method"].item() == "fixed mix, stratified Wilson"
    assert whole["method"].item() == method


def test_a_survey_of_one_area_has_no_other_side_to_hide():
    alone = one(estimand="share_difference", n_a=40.0, n_b=0.0, estimate=np.nan, reason="few_areas")
    small = one(estimand="share_difference", n_a=40.0, n_b=3.0, estimate=0.1)

    assert not Mask().protect(alone, Words.plain()).hidden
    assert Mask().protect(small, Words.plain()).hidden == 1


def test_a_head_count_is_no_base():
    people = pd.DataFrame({"area": "X1", "wave": "1", "group": ["a", "b"], "n": [10, 12]})
    decided = primary(pd.DataFrame([cell(3, 3, 5)]), ITEMS, people, latest="1")
    rows = responses.who_answered(people, staff={"a": 400, "b": 400})

    shown = replace(Mask.of(decided), silent=frozenset()).protect(rows, Words.plain())

    assert shown.where(group_a="a").hidden == 2
    assert shown.where(group_a="b", estimand="response_rate").frame["estimate_text"].tolist() == ["3%"]


def test_rows_of_an_area_without_pages_are_hidden():
    assert replace(Mask(), silent=frozenset(["X1"])).protect(one(), Words.plain()).hidden == 1


def test_an_area_needs_thirty_people_and_two_groups_to_have_pages():
    people = pd.DataFrame(
        [
            ("few", "all", 29), ("few", "a", 15), ("few", "b", 14),
            ("lone", "all", 60), ("lone", "a", 50), ("lone", "b", 10),
            ("enough", "all", 30), ("enough", "a", 15), ("enough", "b", 11),
            ("gone", "all", 60),
        ],
        columns=["area", "group", "n"],
    ).assign(wave=lambda frame: np.where(frame["area"].eq("gone"), "0", "1"))  # fmt: skip

    decided = primary(pd.DataFrame([cell(3, 3, 5)]), ITEMS, people, latest="1")

    assert set(Mask.of(decided).silent) == {"few", "lone", "gone"}


def test_what_rests_on_a_cell_that_does_not_occur_is_hidden():
    made = [cell(9, 9, 9), cell(9, 9, 9, group="b", wave="2")]
    counts = pd.DataFrame(made)
    people = counts.assign(n=27)[["area", "wave", "group", "n"]]
    mask = replace(Mask.of(primary(counts, ITEMS, people, latest="1")), silent=frozenset())
    absent, there = ((("X1", wave, "b", "q"),) for wave in "12")

    assert mask.protect(one(rests_on=absent), Words.plain()).hidden == 1
    assert mask.protect(one(rests_on=there), Words.plain()).hidden == 0
    assert mask.protect(one(rests_on=()), Words.plain()).hidden == 1


def test_a_release_that_hides_nothing_still_hides_what_rests_on_nothing():
    """B73."""
    nothing = Mask.of(pd.DataFrame(columns=[*cells.CELL, "kind"]))

    assert nothing.protect(one(rests_on=()), Words.plain()).hidden == 1
    assert nothing.protect(one(), Words.plain()).hidden == 0
    assert Mask().protect(one(rests_on=()), Words.plain()).hidden == 0


def test_a_row_must_say_what_it_rests_on():
    with pytest.raises(KeyError, match="rests_on"):
        Mask().protect(one().drop(columns="rests_on"), Words.plain())


def test_an_unknown_kind_of_decision_is_refused():
    with pytest.raises(ValueError, match="other"):
        Mask.of(pd.DataFrame([("X1", "1", "a", "q", "other")], columns=[*cells.CELL, "kind"]))


@pytest.mark.parametrize("mask", [Mask(), replace(Mask(), hidden=frozenset([("X", "1", "a", "q")]))])
def test_odd_frames_are_protected_without_complaint(mask):
    empty = [one().iloc[:0], one().iloc[:0].drop(columns="rests_on"), pd.DataFrame()]
    for rows in empty:
        shown = mask.protect(rows, Words.plain())
        assert len(shown) == 0
        assert shown.hidden == 0
        assert list(shown.table.columns) == results.COLUMNS

    whole = one(estimate=1, conf_low=None, conf_high=None, p_value=None, n_b=None, verdict=None)
    assert mask.protect(whole.astype({"estimate": int}), Words.plain()).frame["estimate"].tolist() == [1.0]


def test_protecting_leaves_the_rows_as_they_were():
    rows = demo_rows.rows("X041")["shares"]
    before = rows.copy(deep=True)

    demo_rows.study("X041").mask.protect(rows, Words.plain())

    pd.testing.assert_frame_equal(rows, before)


@pytest.mark.parametrize("area", EVERY)
def test_the_rows_of_every_analysis_obey_the_rules(area):
    shown = together(*demo_rows.shown(area).values())
    frame = shown.frame
    open_ = frame[~frame["suppressed"]]
    local = open_[open_["area"].ne(cells.NATIONAL)]
    text = local[TEXTS].to_csv()

    assert len(open_) > 500
    assert open_["n_a"].min() >= THRESHOLD
    assert not open_["n_b"].lt(THRESHOLD).any()
    assert not any(part in text for part in ("nan", "-0", "−0 "))
    shares = local[local["estimand"].str.contains("share|positive|negative|neutral|category")]
    assert not shares["estimate_text"].str.contains(r"\.").any()
    assert not shares["interval_text"].str.contains(r"\.").any()
    parts = shares[shares["estimand"].isin(["positive", "negative", "neutral", "top2_share"])]
    few = parts[parts["n_a"].lt(50) & parts["reason"].eq("")]
    assert few["estimate"].between(0.095, 0.905).all()


@pytest.mark.parametrize("area", EVERY)
def test_a_base_is_the_same_in_every_analysis(area):
    told = pd.concat(demo_rows.shown(area)[name].frame for name in ("distribution", "shares", "beside"))
    told = told[told["estimand"].ne("dont_know_share")]
    bases = told.groupby(["area", "wave", "group_a", "item"])["n_text"].nunique()

    assert len(bases) > 100
    assert (bases == 1).all()


@pytest.mark.parametrize("area", SMALL)
def test_every_statistic_of_a_hidden_cell_is_hidden(area):
    counts = demo_rows.study(area).release.counts
    small = counts[cells.valid(counts).lt(THRESHOLD)]
    hidden = set(small[cells.CELL].astype(str).itertuples(index=False, name=None))
    for name, shown in demo_rows.shown(area).items():
        rows = demo_rows.rows(area)[name]
        on_small = [not hidden.isdisjoint(cells_) for cells_ in rows["rests_on"]]
        assert shown.frame.loc[on_small, "suppressed"].all(), name


def test_nothing_else_makes_shown_rows():
    frame = demo_rows.shown("X041")["who"].frame

    with pytest.raises(TypeError, match=r"Mask\.protect"):
        Shown(frame)
    with pytest.raises(TypeError, match=r"Mask\.protect"):
        Shown(frame, object())


def few_rows():
    rows = pd.concat(
        [
            one(group_a="a", estimate=-0.4, verdict="lower"),
            one(group_a="b", n_a=3),
            one(group_a="c", estimate=0.1, verdict=""),
            one(group_a="d", estimate=0.3),
        ]
    )
    return Mask().protect(rows.assign(estimand="share_difference"), Words.plain())


def order(shown):
    return "".join(shown.frame["group_a"])


def test_rows_are_chosen_and_ordered_but_never_changed():
    shown = few_rows()

    assert order(shown.where(group_a="b")) == "b"
    assert order(shown.where(group_a=["d", "a"])) == "ad"
    assert order(shown.where(suppressed=False, verdict=["higher", "lower"])) == "ad"
    assert order(shown.without(group_a=["d", "a"])) == "bc"
    assert order(shown.first(2)) == "ab"
    assert order(shown.largest("estimate", 2)) == "ad"
    assert order(shown.largest("estimate", 9)) == "abcd"
    assert order(shown.present("estimate")) == "acd"
    assert order(shown.sort("estimate")) == "dcab"
    assert order(shown.sort("estimate", ascending=True)) == "acdb"
    assert order(shown.at(pd.Index([3, 0]))) == "da"
    assert order(together(shown.first(1), shown.where(group_a="d"))) == "ad"
    assert shown.where(group_a="nobody").hidden == 0
    assert order(shown) == "abcd"
    for chosen in (shown.where(group_a="d"), shown.sort("estimate"), shown.at(pd.Index([2]))):
        assert isinstance(chosen, Shown)
        assert list(chosen.frame.index) == list(range(len(chosen)))


@pytest.mark.parametrize("area", ["X001", "X005", "X075"])
def test_a_table_read_back_is_what_was_shown(area, tmp_path):
    shown = together(*demo_rows.shown(area).values())
    path = tmp_path / "table.csv"
    shown.table.to_csv(path, index=False, lineterminator="\n")

    again = read_back(path, demo_rows.study(area).words)

    pd.testing.assert_frame_equal(again.frame, shown.frame, check_dtype=False, check_exact=True)


def test_an_empty_table_is_read_back(tmp_path):
    path = tmp_path / "table.csv"
    pd.DataFrame(columns=results.COLUMNS).to_csv(path, index=False)

    assert len(read_back(path, Words.plain())) == 0


def test_rows_of_nobody_need_no_mask_and_carry_their_texts():
    rows = pd.DataFrame(
        {"analysis": ["planning"], "estimand": "top2_share", "estimate": 0.0689, "aim": "share"}
    )

    shown = public(rows, Words.plain())

    assert shown.frame[["estimate_text", "aim"]].to_numpy().tolist() == [["6.9%", "share"]]
    assert "aim" not in shown.table


@pytest.mark.parametrize(
    "named", [{"area": "X1"}, {"wave": "1"}, {"rests_on": [(("X1", "1", "a", "q"),)]}, {"area": "national"}]
)
def test_rows_of_respondents_cannot_be_passed_off_as_rows_of_nobody(named):
    with pytest.raises(ValueError, match=r"study\.protect"):
        public(pd.DataFrame({"estimand": ["top2_share"], "estimate": 0.5}).assign(**named), Words.plain())


def test_a_row_of_nobody_holds_no_number_beside_the_vocabulary():
    with pytest.raises(TypeError, match="secret"):
        public(pd.DataFrame({"estimand": ["half_width"], "secret": 7}), Words.plain())


def test_a_weighted_share_is_bounded_and_withheld_like_the_share_beside_it():
    cell = ("X1", "1", "a", "q")
    row = {"area": "X1", "wave": "1", "group_a": "a", "item": "q", "rests_on": (cell,)}
    row |= {"n_a": 20, "n_b": None, "n_eff": 17.0}
    rows = pd.DataFrame(
        [
            row | {"estimand": "weighted_share", "estimate": 0.97, "conf_low": 0.8, "conf_high": 0.99},
            row | {"estimand": "weighted_share", "estimate": 0.85, "conf_low": 0.6, "conf_high": 0.95},
            row | {"estimand": "weighted_mean", "estimate": 4.9, "conf_low": 4.8, "conf_high": 5.0},
            row | {"estimand": "weighted_theta", "estimate": 0.9, "n_b": 60, "conf_low": 0.8},
        ]
    )
    mask = Mask(bounded=frozenset({cell}), unanimous=frozenset({cell}))
    shown = mask.protect(rows, Words.plain()).frame
    assert shown["estimate_text"].tolist() == [">90%", "[z]", "[z]", "[z]"]
    # The effective base is p (1 - p) / v: it would tell the share.
    assert shown[["n_eff", "conf_low", "conf_high"]].isna().all(axis=None)
