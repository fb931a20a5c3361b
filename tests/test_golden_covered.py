"""Every reference value made by R is used by a test, or it is said why not."""

import json
from pathlib import Path

import pytest

HERE = Path(__file__).parent
REPEATED = "shares of all who answer are estimated, with people as clusters: no person's own chances"
PAIRS = "several groups are compared pair by pair, with Brunner and Munzel's test and Holm's adjustment"
MEANS = "equivalence is judged on θ and on shares, never on the mean of an ordered answer"

USED = {
    "01_two_group_rank": {
        "test_ordinal.py": [
            "apha_stay_trust_vs_csu",
            "apha_influence_primary_vs_other",
            "gss_conmedic_2010_men_vs_women",
            "turkiye_Q1_instr1_vs_instr2",
        ]
    },
    "04_paired": {
        "test_paired.py": [
            "gss_conmedic_2006_to_2010",
            "apha_mgr_vs_org_support",
            "anxiety_rater1_vs_rater2",
        ]
    },
    "05_proportions": {
        "test_intervals.py": [
            "single_proportions",
            "newcombe1998_table",
            "apha_stay_trust_vs_csu",
            "apha_primary_vs_other_small",
        ],
        "test_slopes.py": ["gss_conmedic_top_trend_2006_2010"],
    },
    "06_proportional_odds": {
        "test_cumulative.py": [
            "apha_stay_by_org_tenure",
            "gss_conmedic_2010_sex_age_region",
            "gss_conmedic_pooled_year_trend",
            "housing_freq_weighted",
        ],
    },
    "07_survey": {
        "test_design.py": [
            "apisrs_api00",
            "apistrat_api00",
            "apistrat_api00_nofpc",
            "apiclus1_api00",
            "apistrat_comp.imp_proportion",
            "apiclus1_comp.imp_proportion",
            "gss_conmedic_top_2014_design",
            "apiclus1_rake",
        ]
    },
    "08_repeated_waves": {
        "test_cumulative.py": ["gss_panel2010_ordinal"],
        "test_linked.py": ["gss_panel2010_top_gee", "gss_5waves_trend"],
    },
    "09_meta": {"test_heterogeneity.py": ["nhs_burnout_community_trusts_2023_PLO"]},
    "11_agreement": {
        "test_agreement.py": [
            "fleiss1971",
            "fleiss1971_rater1_vs_rater2",
            "sexualfun_ordinal",
            "gwet_4x4_diagnosis",
            "gwet_raw4_missing",
            "anxiety_weighted",
        ],
        "test_icc.py": ["anxiety_3_raters_icc", "shrout_fleiss_1979"],
    },
    "12_spc": {
        "test_funnels.py": ["ae_funnel_2018_03", "nhs_staff_burnout_funnel_acute_2023"],
        "test_spc.py": ["dtoc_england_social_care_daily", "ae_type1_4h_breach", "dtoc_share_social_care"],
    },
    "13_tost": {"test_intervals.py": ["gss_top_sex_2010_prop_0.1"]},
    "14_multiplicity": {"test_families.py": ["p_adjust", "p_adjust_with_NA"]},
    "15_rank_sets": {
        "test_ranks.py": [
            "bfi_25_items",
            "turkiye_28_items_class2",
            "turkiye_28_items_class2_top2box",
            "gss2010_13_institutions",
            "pisa2018_math_independent",
        ]
    },
    "10_reliability": {
        "test_scales.py": [
            "bfi_agreeableness",
            "bfi_neuroticism",
            "gss2010_13_institutions",
            "apha_support_scale",
        ]
    },
    "16_power": {"test_planning.py": ["two_prop_n"]},
    "17_ordinal_association": {
        "test_association.py": [
            "apha_mgr_support_vs_stay",
            "apha_cpd_time_vs_org_support",
            "gss_confed_conlegis_2010",
        ]
    },
}
"""Topic, then the test file that compares with R, then the cases it uses."""

UNUSED = {
    "02_k_groups": dict.fromkeys(
        ["apha_mgr_discuss_by_org", "apha_influence_by_band", "gss_conmedic_2006_by_region"], PAIRS
    ),
    "03_friedman": dict.fromkeys(
        ["gss2010_w1_13_institutions", "turkiye_instr1_28_items_class2", "shrout_fleiss_4_judges"],
        "items rated by the same people are ranked by rank sets, which also say how sure the ranks are",
    ),
    "05_proportions": {
        "gss_conmedic_by_region_2010": "no test of a whole table: areas are compared with the rest",
        "apha_org_by_cpd_time_exact": "no exact test: the score test and permutation serve small groups",
        "gss_sex_by_top_stratified_region_2010": "strata are standardised, not pooled as odds ratios",
        "gss_conmedic_multinomial_goodman": "categories have Wilson limits one by one, not together",
    },
    "07_survey": {
        "apistrat_enroll_total_and_quantiles": "no quantiles and no ratios; totals stand in the other cases",
        "apistrat_ranktests": "rank tests of pages compare two groups of answers, shown on the GSS case",
        "apistrat_regressions": "no regression on sampled answers",
        "replicates": "variances come from linearisation, not from replicate weights",
    },
    "08_repeated_waves": dict.fromkeys(
        [
            "gss_panel2010_mixed",
            "respdis_ordinal",
        ],
        REPEATED,
    ),
    "09_meta": {
        "same_freeman_tukey": "the spread of areas is estimated on logits only",
        "same_raw_proportion": "the spread of areas is estimated on logits only",
        "gss_sex_difference_by_region_MD": "no mean differences are combined over areas",
        "gss_sex_difference_by_region_SMD": "no mean differences are combined over areas",
        "bcg_logRR": "no ratios of risks are combined over areas",
        "part_whole_gap_gss_2010": "an area is compared with the rest, not with a whole that contains it",
    },
    "13_tost": dict.fromkeys(
        [
            "apha_influence_trust_csu_0.5",
            "gss_conmedic_sex_2010_0.15",
            "gss_conmedic_2006_2010_paired_0.1",
        ],
        MEANS,
    ),
    "14_multiplicity": dict.fromkeys(["apha_mgr_discuss_tukey", "apha_mgr_discuss_dunnett"], PAIRS),
    "16_power": {
        "t": "means of ordered answers are not planned for",
        "ordinal_whitehead": "planned by Noether's formula for θ, which supposes no proportional odds",
    },
}
"""Topic, then case, then why no test compares with it."""


def listed(topic):
    used = [case for cases in USED.get(topic, {}).values() for case in cases]
    return used, list(UNUSED.get(topic, {}))


def test_every_reference_case_is_used_or_has_a_reason(shared):
    topics = sorted((shared / "golden").glob("[0-9][0-9]_*.json"))
    assert {path.stem for path in topics} == {*USED, *UNUSED}
    for path in topics:
        stored = [case["id"] for case in json.loads(path.read_text(encoding="utf-8"))["cases"]]
        used, unused = listed(path.stem)
        assert sorted(stored) == sorted([*used, *unused]), f"{path.stem}: each case once, in one of the lists"


@pytest.mark.parametrize("topic", USED)
def test_a_test_file_that_is_said_to_use_a_case_names_it(topic):
    for file, cases in USED[topic].items():
        text = (HERE / file).read_text(encoding="utf-8")
        assert "golden." in text, f"{file} reads no reference values"
        assert f'shared, "{topic[:2]}"' in text, f"{file} does not read topic {topic}"
        assert [case for case in cases if f'"{case}"' not in text] == [], file


def test_a_case_said_to_be_unused_is_used_nowhere():
    text = {
        path.name: path.read_text(encoding="utf-8")
        for path in HERE.glob("test_*.py")
        if path.name != Path(__file__).name
    }
    for topic, cases in UNUSED.items():
        for case, reason in cases.items():
            readers = [
                name
                for name, body in text.items()
                if f'shared, "{topic[:2]}"' in body and f'"{case}"' in body
            ]
            assert not readers, f"{topic} {case} is used by {readers}"
            assert len(reason) > 15
