"""Areas side by side: counts of verdicts and insights, by hand on three small areas."""

import pandas as pd
import pytest

from trustgap.report import figures
from trustgap.report.disclosure import Mask, public
from trustgap.report.sentences import synthesis as say
from trustgap.report.themes import synthesis
from trustgap.report.themes.synthesis import BARRIERS, CLAIMS, INTERVENTIONS
from trustgap.report.wording import Words

WORDS = Words(
    areas={"X1": "Ashby", "X2": "Birch", "X3": "Cole"},
    groups={"gp": "General practitioners", "asc": "Adult social care staff"},
    teams={"hospital": "the hospital", "discharge": "the discharge team"},
    items={"C1": "Trust is low", "C2": "Pressure comes first", "q": "Bed pressure", "r": "Risk",
           "s": "Family", "b": "Blame", "v": "Joint visits"},
)  # fmt: skip
AREAS = pd.DataFrame(
    {"name": ["Birch", "Ashby", "Cole"], "region": ["N", "S", "N"]}, index=["X2", "X1", "X3"]
)
SAID = {"headline": "H", "subtitle": "S", "source": "Source"}


def rows(*lines, n_a=120):
    """Make shown rows from dictionaries; what is not given is the ordinary case."""
    plain = {
        "wave": "1",
        "group_a": "all",
        "item": "",
        "estimate": 1.0,
        "verdict": "",
        "reason": "",
        "n_a": n_a,
    }
    frame = pd.DataFrame([plain | line for line in lines])
    return Mask().protect(frame.assign(rests_on=[()] * len(frame)), WORDS)


def verdicts(analysis, *triples):
    return [
        {"analysis": analysis, "area": area, "item": item, "verdict": verdict, "estimand": "top2_share"}
        for area, item, verdict in triples
    ]


def tried(*triples):
    """Make rows of interventions: the verdict over all metrics, and one of a metric, which does not count."""
    return [
        {"analysis": "intervention", "area": area, "group_a": f"item:{one}", "estimand": estimand,
         "item": metric, "verdict": said or verdict, "estimate": None}
        for area, one, verdict in triples
        for estimand, metric, said in (("metric_share_change", "q", "too_early"), ("intervention", "", ""))
    ]  # fmt: skip


def tops(area, could, among=("q", "r", "s"), **more):
    return [
        {
            "analysis": "ranking",
            "estimand": "top_1",
            "area": area,
            "item": item,
            "estimate": float(item in could),
        }
        | more
        for item in among
    ]


def counted(found, analysis, order):
    return public(synthesis.tally(found, analysis=analysis, verdicts=order), WORDS)


def by_item(counts):
    return {
        item: dict(zip(part["verdict"], part["estimate"], strict=True))
        for item, part in counts.frame.groupby("item", sort=False)
    }


CLAIMED = verdicts(
    "claims",
    ("X1", "C1", "holds"), ("X2", "C1", "holds"), ("X3", "C1", "cannot_say"),
    ("X1", "C2", "cannot_say"), ("X2", "C2", "does_not_hold"), ("X3", "C2", "cannot_say"),
    ("X1", "C9", "out_of_scope"),
)  # fmt: skip


def test_each_area_counts_once_and_what_is_out_of_scope_does_not():
    unseen = CLAIMED[2] | {"area": "X4", "reason": "not_asked"}
    found = rows(
        *CLAIMED, CLAIMED[0] | {"group_a": "gp"}, unseen, unseen | {"item": "C5", "reason": "no_file"},
        *verdicts("barriers", ("X1", "b", "verified")),
    )  # fmt: skip
    counts = by_item(counted(found, "claims", CLAIMS))

    assert counts == {
        "C1": {"holds": 2, "does_not_hold": 0, "cannot_say": 1},
        "C2": {"holds": 0, "does_not_hold": 1, "cannot_say": 2},
    }


def test_no_rows_give_no_counts_and_every_sentence_says_so():
    empty = counted(rows(*CLAIMED).first(0), "claims", CLAIMS)

    assert len(empty) == 0
    assert list(say.shared(empty, what="claims")) == ["No area has a page on this."]
    assert say.headline(empty, what="claims") == "No area has a page on this"
    assert figures.tallies(empty, order=CLAIMS, **SAID) is None
    none = public(synthesis.first_places(rows(*CLAIMED)), WORDS)
    assert say.first_places(none) == "No area could rank its factors."


def twice(lines):
    """Give six areas for three."""
    return [line | {"area": line["area"] + more} for more in ("", "b") for line in lines]


def test_the_sentence_counts_majorities_and_warns_of_those_who_cannot_say():
    found = counted(rows(*twice(CLAIMED)), "claims", CLAIMS)

    assert say.headline(found, what="claims") == "1 of 2 statements holds in most areas"
    assert list(say.shared(found, what="claims")) == [
        "Of 2 statements, 1 holds in more than half of the areas that looked at them. On 1 statement more "
        f"than half cannot say. {say.SMALL}",
        "Hold in most areas: “Trust is low” (4 of 6 areas).",
    ]


def test_what_fewer_than_five_areas_found_is_not_shared_by_areas():
    few = counted(rows(*CLAIMED), "claims", CLAIMS)
    both = counted(rows(*twice(CLAIMED[:3]), *CLAIMED[3:]), "claims", CLAIMS)

    assert say.headline(few, what="claims") == "Too few areas to say"
    assert list(say.shared(few, what="claims")) == [
        "No statement has been judged by 5 areas or more: too few to say what areas share."
    ]
    assert say.headline(both, what="claims") == "1 of 1 statement holds in most areas"


def test_items_on_which_most_areas_can_say_come_to_the_figure_in_their_order():
    found = counted(rows(*CLAIMED, *verdicts("claims", ("X1", "C3", "cannot_say"))), "claims", CLAIMS)

    kept = [synthesis.telling(found, unsure="cannot_say", most=most) for most in (1, 2, 9)]
    assert [list(part.frame["item"].unique()) for part in kept] == [["C1"], ["C1", "C2"], ["C1", "C2", "C3"]]
    many = counted(rows(*twice(verdicts("claims", *((f"X{n}", "C4", "cannot_say") for n in range(3)))),
                        *CLAIMED), "claims", CLAIMS)  # fmt: skip
    first = synthesis.telling(many, unsure="cannot_say", most=1)
    assert first.frame["item"].unique().tolist() == ["C4"], "what few areas judged comes last"
    empty = found.first(0)
    assert len(synthesis.telling(empty, unsure="cannot_say", most=3)) == 0


@pytest.mark.parametrize(
    ("what", "order", "item", "many", "said"),
    [
        ("barriers", BARRIERS, "b", ["verified", "verified", "mixed"],
         "Of 1 barrier, 1 is verified in more than half of the areas with evidence on it."),
        ("barriers", BARRIERS, "b", ["disproved"] * 2,
         "Of 1 barrier, 1 is disproved in more than half of the areas with evidence on it."),
        ("barriers", BARRIERS, "b", ["verified", "disproved"],
         "There is no barrier on which more than half of the areas with evidence on it come to one clear "
         "verdict."),
        ("interventions", INTERVENTIONS, "v", ["no_difference"],
         "Of 1 intervention, 1 made none in more than half of the areas that tried it."),
        ("interventions", INTERVENTIONS, "v", ["too_early"] * 3,
         "There is no intervention on which more than half of the areas that tried it come to one clear "
         "verdict."),
    ],
)  # fmt: skip
def test_majorities_of_barriers_and_interventions(what, order, item, many, said):
    triples = [(f"X{n}", item, verdict) for n, verdict in enumerate(many * 6)]
    lines = tried(*triples) if what == "interventions" else verdicts(what, *triples)
    found = counted(rows(*lines), "intervention" if what == "interventions" else what, order)

    assert say.shared(found, what=what)[0] == said


def test_factors_are_counted_by_the_ranking_over_all_decisions_which_is_the_last():
    found = rows(
        *tops("X1", {"q"}, among=("q", "r")), *tops("X1", {"r", "s"}),
        *tops("X2", {"r"}), *tops("X2", {"q"}, group_a="gp"),
        *tops("X3", {"q", "r"}, estimate=float("nan")),
    )  # fmt: skip
    counts = public(synthesis.first_places(found), WORDS).frame
    table = counts.pivot_table(index="item", columns="estimand", values="estimate", sort=False)

    assert list(table.index) == ["r", "s", "q"], "most areas first, then the order of the questionnaire"
    assert table["areas_first"].to_dict() == {"r": 2, "s": 1, "q": 0}
    assert table["areas_alone"].to_dict() == {"r": 1, "s": 0, "q": 0}
    assert set(table["areas_ranked"]) == {2}


def test_the_sentence_on_factors_says_where_one_stands_alone():
    found = rows(*tops("X1", {"r", "s"}), *tops("X2", {"r"}))
    said = say.first_places(public(synthesis.first_places(found), WORDS))

    assert said == (
        "1 factor of 3 could be the most frequent in more than half of 2 areas: “Risk” (2). In 1 area one "
        "factor stands alone: “Risk”."
    )
    several = rows(*tops("X1", {"r"}), *tops("X2", {"q"}), *tops("X3", {"r"}))
    assert "In 3 areas one factor stands alone: “Risk” in 2 of them." in say.first_places(
        public(synthesis.first_places(several), WORDS)
    )
    level = rows(*tops("X1", {"q", "r"}), *tops("X2", {"r", "s"}))
    assert "In no area does one factor stand alone" in say.first_places(
        public(synthesis.first_places(level), WORDS)
    )


def insights(found, silent=frozenset()):
    return synthesis.insights(
        found, areas=AREAS, silent=silent, short={"Adult social care staff": "ASC"}
    ).set_index("Area")


def test_areas_stand_in_the_order_of_codes_with_only_the_columns_that_some_area_has():
    found = rows(*tops("X2", {"q"}), *tops("X1", {"q", "r", "s"}))
    table = insights(found)

    assert list(table.index) == ["Ashby", "Birch"]
    assert list(table.columns) == ["Region", "First factor"]
    assert table["First factor"].to_dict() == {"Ashby": "One of 3", "Birch": "Bed pressure"}


def test_what_is_hidden_is_told_from_what_an_area_has_no_page_on():
    found = rows(
        *tops("X1", {"q", "r"}), *verdicts("barriers", ("X3", "b", "verified"), ("X3", "q", "mixed")),
        *tried(("X2", "v", "too_early"), ("X1", "v", "difference")),
    )  # fmt: skip
    table = insights(found, silent=frozenset({"X3"}))

    assert table["First factor"].to_dict() == {"Ashby": "Bed pressure or Risk", "Birch": "[z]", "Cole": "[c]"}
    assert table["Barriers verified"].to_dict() == {"Ashby": "[z]", "Birch": "[z]", "Cole": "1 of 2: Blame"}
    assert table["Made a difference"].to_dict() == {
        "Ashby": "1 of 1: Joint visits",
        "Birch": "0 of 1 (1 cannot say yet)",
        "Cole": "[z]",
    }


def test_only_a_team_that_stands_alone_is_trusted_least():
    least = {"analysis": "least", "estimand": "top_1", "area": "X1"}
    found = rows(
        least | {"group_a": "gp", "target": "hospital"},
        least | {"group_a": "gp", "target": "discharge", "estimate": 0.0},
        least | {"group_a": "asc", "target": "hospital"},
        least | {"group_a": "asc", "target": "discharge"},
        least | {"group_a": "asc", "target": "hospital", "area": "X2"},
        least | {"group_a": "asc", "target": "discharge", "area": "X2"},
        least | {"group_a": "gp", "target": "discharge", "area": "X3", "n_a": 5},
    )
    both = rows(*(least | {"group_a": group, "target": "hospital"} for group in ("gp", "asc")))
    assert insights(both).loc["Ashby", "Trusted least"] == "The hospital (by General practitioners and ASC)"
    table = insights(found)

    assert table.loc["Ashby", "Trusted least"] == "The hospital (by General practitioners)"
    assert table.loc["Birch", "Trusted least"] == "Cannot say"
    assert table.loc["Cole", "Trusted least"] == "[z]"


def test_the_furthest_question_is_the_largest_clear_one_not_the_largest():
    apart = {"analysis": "against_rest", "estimand": "share_difference", "area": "X1"}
    found = rows(
        apart | {"item": "q", "estimate": 0.4, "verdict": "inconclusive"},
        apart | {"item": "r", "estimate": -0.2, "verdict": "lower"},
        apart | {"item": "s", "estimate": 0.1, "verdict": "higher"},
        apart | {"item": "q", "estimate": 0.5, "verdict": "equivalent", "area": "X2"},
        apart | {"item": "q", "estimate": 0.5, "verdict": "higher", "area": "X3", "n_a": 5},
    )
    table = insights(found)

    assert table["Largest clear difference"].to_dict() == {
        "Ashby": "Risk (−20 points)", "Birch": "None clear", "Cole": "[z]",
    }  # fmt: skip


def test_of_several_differences_that_are_shown_as_large_none_is_the_largest():
    apart = {"analysis": "against_rest", "estimand": "share_difference", "area": "X1", "verdict": "higher"}
    level = [
        apart | {"item": item, "estimate": size} for item, size in zip("qrs", (0.2, 0.2, 0.1), strict=True)
    ]
    table = insights(rows(*level, *level))

    assert table.loc["Ashby", "Largest clear difference"] == "Bed pressure (+20 points) and 1 more as large"


def test_claims_and_answers_are_counted_for_each_area():
    who = {"analysis": "who_answered", "estimand": "respondents", "area": "X1"}
    found = rows(*CLAIMED, who | {"estimate": 90.0}, who | {"wave": "2", "estimate": 1120.0})
    table = insights(found)

    assert table["Claims"].to_dict() == {
        "Ashby": "1 holds, 0 do not, 1 cannot say",
        "Birch": "1 holds, 1 does not, 0 cannot say",
        "Cole": "0 hold, 0 do not, 2 cannot say",
    }
    assert table["Answered"].to_dict() == {"Ashby": "1,120", "Birch": "[z]", "Cole": "[z]"}


def test_the_figure_has_every_count_in_its_table_and_refuses_an_unknown_verdict():
    found = counted(rows(*CLAIMED), "claims", CLAIMS)
    figure = figures.tallies(found, order=CLAIMS, **SAID)

    assert "highest for Trust is low (2), lowest for Pressure comes first (0)" in figure.alt
    assert (
        '<th scope="row">Trust is low</th><td class="n">2</td><td class="n">0</td><td class="n">1</td>'
        in (figure.table_html)
    )
    with pytest.raises(ValueError, match="cannot_say"):
        figures.tallies(found, order=("holds", "does_not_hold"), **SAID)
    with pytest.raises(ValueError, match="two to 4"):
        figures.tallies(found, order=("holds",), **SAID)


def test_the_sentence_on_case_reviews_names_where_areas_differ_and_never_calls_them_alike():
    row = {"area": "national", "analysis": "cases_of_areas", "estimand": "prediction", "estimate": 0.4}
    one, other = row | {"item": "q", "p_adjusted": 0.001}, row | {"item": "r", "p_adjusted": 0.4}

    assert say.differ(rows(one, other)) == (
        "Areas differ more than chance explains on 1 of 2 findings: “Bed pressure”."
    )
    assert "On none of 1 finding do areas clearly differ" in say.differ(rows(other))
    assert "does not show that they are alike" in say.differ(rows(other))
    assert say.differ(rows(one).first(0)) == "No area brought case reviews."
    assert "Too few" in say.differ(rows(one, n_a=5))
    few = rows(row | {"p_adjusted": None, "estimate": None, "reason": "few_areas"})
    assert say.differ(few) == "Nothing can be said here: too few areas to compare."


def test_without_pages_of_areas_the_page_says_how_they_are_made():
    assert say.side_by_side(0, listed_areas=3) == say.NO_PAGES
    assert say.side_by_side(1, listed_areas=2) == (
        "1 area, in the order of their codes. 1 more has no page in this run."
    )
    assert say.side_by_side(3, listed_areas=3) == "3 areas, in the order of their codes."
