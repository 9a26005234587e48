"""All that is wrong in one file is told in one refusal: no kind of fault hides another."""

from dataclasses import replace

import pytest

from sim.analysis.titles import DOING_NOTHING
from sim.cli import given
from sim.common.errors import InputError
from sim.experiment.designs import designs_of
from sim.market.market import load_market
from sim.playbook.strategies import BASELINE, DO_NOTHING, Strategy, StrategyFile
from sim.playbook.strategy_files import load_strategy
from sim.report.phrases import in_language
from tests.right_files import GOOD, Spoil, client_of, fields, own_market, put, rename, spoiled
from tests.synthetic import synthetic_comparison

#: Each kind of fault of a strategy's file, by the field that is told.
OF_STRATEGY: dict[str, Spoil] = {
    "title": put("title", value=" "),
    "summary": lambda content: content.pop("summary"),
    "name": put("name", value="yours"),
    "aim": put("aim", value=1),
    "plays.0.lever": put("plays", 0, "lever", value="service_qualty"),
    "plays.0.owner": put("plays", 0, "owner", value="bob"),
    "plays.1.preset": put("plays", 1, "preset", value="pointsprogramme"),
    "plays.1.settings.rebat": put("plays", 1, "settings", "rebat", value=0.1),
    "plays.1.settings.rebate": put("plays", 1, "settings", "rebate", value=5.0),
    "plays.1.settings.welcome": put("plays", 1, "settings", "welcome", value=True),
    "plays.2.intensity": put("plays", 2, "intensity", value=-1),
    "plays.3.audience": put("plays", 3, "start_week", value=9),
    "plays.4.end_week": put("plays", 4, "end_week", value=5),
    "plays.4.reech": put("plays", 4, "reech", value=0.5),
    "plays.5.preset": lambda content: content["plays"][5].pop("preset"),
    "plays.6.phase": put("plays", 6, "phase", value=3),
    "goals.0.target": put("goals", 0, "target", value=8),
    "reviews.every_weeks": put("reviews", "every_weeks", value=1),
    "reviews.rules.0.play": put("reviews", "rules", 0, "play", value="pricing:everyone"),
    "reviews.rules.1.do": put("reviews", "rules", 1, "do", value="strech"),
    "reviews.rules.2.by": put("reviews", "rules", 2, "by", value=0.5),
}
#: What cannot be judged where another is wrong: what is not known of the one is needed for the other.
OF_NO_ACCOUNT = {
    ("reviews.rules.0.play", "plays.6.phase"),  # which plays there are
}


@pytest.fixture
def client(tmp_path, monkeypatch):
    monkeypatch.setenv("LOYALTY_CLIENTS", str(tmp_path))
    return client_of(tmp_path)


def test_the_file_that_is_spoiled_is_right(client):
    client("mine", GOOD)
    assert len(load_strategy("mine", "shop").plays) == len(GOOD["plays"])
    assert load_market("shop").name == "shop"


@pytest.mark.parametrize("place", range(len(OF_STRATEGY)))
def test_no_other_fault_of_a_strategys_file_hides_one(place, client):
    kind, *others = list(OF_STRATEGY)[place:]
    for other in (kind, *others):
        client("mine", spoiled(GOOD, *(OF_STRATEGY[one] for one in dict.fromkeys([kind, other]))))
        with pytest.raises(InputError) as refused:
            load_strategy("mine", "shop")
        meant = {kind, other}
        unknown = {one for one in meant for by in meant if (one, by) in OF_NO_ACCOUNT}
        assert fields(refused) == meant - unknown


def test_a_fault_of_each_kind_in_one_strategys_file_is_told_at_the_first_look(client):
    client("mine", spoiled(GOOD, *OF_STRATEGY.values()))
    for look in (
        lambda: load_strategy("mine", "shop"),
        lambda: given.strategies(["mine"], "shop", "STRATEGY"),
    ):
        with pytest.raises(InputError) as refused:
            look()
        assert fields(refused) == set(OF_STRATEGY) - {one for one, _ in OF_NO_ACCOUNT}
    close = {fault.field: fault.nearest for fault in refused.value.faults}
    assert close["plays.0.lever"] == "service_quality"
    assert close["plays.1.preset"] == "points_programme"
    assert close["plays.1.settings.rebat"] == "rebate"
    assert close["plays.4.reech"] == "reach"
    assert close["reviews.rules.1.do"] == "stretch"


def test_a_rule_of_a_play_that_is_not_there_names_the_nearest():
    content = spoiled(GOOD, OF_STRATEGY["reviews.rules.0.play"])
    with pytest.raises(InputError, match="Did you mean 'pricing"):
        Strategy.of_file(content, "mine.yaml")


def test_what_is_wrong_in_a_strategy_built_in_code_is_told_together_as_well():
    spoils = [kind for field, kind in OF_STRATEGY.items() if field.startswith(("plays.4", "rev"))]
    with pytest.raises(InputError) as refused:
        StrategyFile(**spoiled(GOOD, *spoils))
    assert {"plays.4.end_week", "plays.4.reech", "reviews.rules.0.play"} <= fields(refused)


def test_a_client_calls_no_strategy_of_its_own_what_doing_nothing_is_called(client):
    client("baseline", {**GOOD, "name": "baseline"})
    client("mine", GOOD)
    for names in (["mine", "baseline"], ["baseline"]):
        with pytest.raises(InputError, match=r"baseline\.yaml.*another name: baseline is doing"):
            designs_of("shop", names, 104)
    assert load_strategy("baseline").plays == DO_NOTHING.plays


@pytest.mark.parametrize("title", ["\u200b", "\u2060\u200d", "\u3164", "\ufe0f", "\u00ad\u00a0"])
def test_a_title_of_which_nothing_is_seen_is_refused(title, client):
    client("mine", {**GOOD, "title": title})
    with pytest.raises(InputError, match="title: found .* a text of which something is seen"):
        load_strategy("mine", "shop")
    with pytest.raises(InputError, match="title: found"):
        Strategy(name="mine", title=title)
    assert Strategy(name="mine", title=f"A{title}B").title == f"A{title}B"


OF_MARKET: dict[str, Spoil] = {
    "title": put("title", value=3),
    "name": put("name", value="another"),
    "values.purchase_rate": rename("values", "purchase_alpha", to="purchase_rate"),
    "values.share_of_walet": rename("values", "share_of_wallet", to="share_of_walet"),
    "values.gross_margin.value": lambda content: content["values"]["gross_margin"].update(
        value=-1.0, low=-1.0
    ),
    "values.wage_per_hour.value": put("values", "wage_per_hour", "value", value="x"),
    "values.firm_customers": lambda content: content["values"].pop("firm_customers"),
    "values.failure_share_at_purchase, failure_share_after_sale": lambda content: [
        content["values"][f"failure_share_{when}"].update(value=0.9, high=0.95)
        for when in ("at_purchase", "after_sale")
    ],
    "rivals": put("rivals", 0, "share", value={
        "value": 0.2, "unit": "share", "status": "published", "source": "a test"}),
    "channels.0.share.value": put("channels", 0, "share", value={
        "value": 2.0, "unit": "share", "status": "published", "source": "a test"}),
}  # fmt: skip


@pytest.mark.parametrize("place", range(len(OF_MARKET)))
def test_no_other_fault_of_a_markets_file_hides_one(place, client):
    kind, *others = list(OF_MARKET)[place:]
    for other in (kind, *others):
        client(
            "shop", spoiled(own_market(), *(OF_MARKET[one] for one in dict.fromkeys([kind, other])))
        )
        with pytest.raises(InputError) as refused:
            load_market("shop")
        assert fields(refused) == {kind, other}


def test_a_fault_of_each_kind_in_one_markets_file_is_told_in_one_refusal(client):
    client("shop", spoiled(own_market(), *OF_MARKET.values()))
    with pytest.raises(InputError) as refused:
        load_market("shop")
    assert fields(refused) == set(OF_MARKET)


def test_names_ranges_and_numbers_that_are_set_are_told_together():
    with pytest.raises(InputError) as refused:
        load_market("grocery").with_values(
            nope=1, gross_margn=0.3, purchase_rate=2, gross_margin=-1, desk_load="x"
        )
    told = {(fault.field, fault.found): fault.nearest for fault in refused.value.faults}
    assert told == {
        ("values", "nope"): told["values", "nope"],
        ("values", "gross_margn"): "gross_margin",
        ("values", "purchase_rate"): "purchase_alpha",
        ("values.gross_margin", -1): None,
        ("values.desk_load", "x"): None,
    }


@pytest.mark.parametrize("title", [DOING_NOTHING, DO_NOTHING.title, "do nothing new.", "维持现状"])
def test_a_strategy_that_is_titled_like_doing_nothing_is_told_apart_from_it(title):
    found = synthetic_comparison("winner")
    name, other, *_ = found.manifest.strategies
    called = found.manifest.strategies[name].model_copy(update={"title": title})
    strategies = found.manifest.strategies | {name: called}
    told = replace(found, manifest=found.manifest.model_copy(update={"strategies": strategies}))
    for language in ("en", "zh"):
        with in_language(language):
            if language == "zh" or title != "维持现状":
                assert name in told.title(name)
            assert told.title(name) != told.title(BASELINE)
            assert other not in told.title(other)
