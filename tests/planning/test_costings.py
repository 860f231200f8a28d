"""The two printed cost methods, against the printed examples with their errors corrected by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sehatmenu.errors import UnitError
from sehatmenu.food.recipes import load_recipe
from sehatmenu.planning.costings import cost_lines, known_costs, share_of_price, stacked_markup
from sehatmenu.planning.prices import load_prices

EXAMPLE = "examples/gading-rejo"


def test_share_of_price_equals_the_hand_corrected_form() -> None:
    # Hospital standard recipe, gulai kuning ikan, 10 portions: 22,750 + 9,100 + 2,500 + 494 + 90 = 34,934 (printed
    # 42,324 is wrong); 34,934 / 0.40 = 87,335; labour and overhead 20 % = 17,467 each, remainder 17,467; / 10 = 8,733.5.
    costing = share_of_price([22750, 9100, 2500, 494, 90], 10)
    assert costing.ingredients == 34934
    assert [step.amount for step in costing.steps] == [34934, 17467, 17467, 17467]
    assert costing.total == 87335
    assert costing.per_portion == Decimal("8733.5")
    assert costing.price == 8734
    assert share_of_price([34934], 10, round_up_to=500).price == 9000


def test_stacked_markup_equals_the_hand_corrected_form() -> None:
    # RSUD Bantul, 98 portions. 97,850 + 9,785 = 107,635; + 10,763.5 = 118,398.5; + 23,679.7 = 142,078.2;
    # 142,078.2 / 98 = 1,449.78.
    costing = stacked_markup([97850], 98)
    assert [str(step.amount) for step in costing.steps] == ["97850", "9785", "10763.5", "23679.7"]
    assert costing.total == Decimal("142078.2")
    assert round(costing.per_portion, 1) == Decimal("1449.8")
    assert costing.price == 1450


def test_a_costing_tells_its_steps() -> None:
    text = share_of_price([34934], 10, round_up_to=500).text()
    assert "Bagian dari harga jual" in text
    assert "Rp34.934" in text
    assert text.endswith("Harga per porsi: Rp9.000")
    assert "Rp9,000" in share_of_price([34934], 10, round_up_to=500).text("en")


def test_rounding_up_leaves_an_exact_multiple_as_it_is() -> None:
    assert share_of_price([400], 1, round_up_to=100).price == 1000
    assert share_of_price([401], 1, round_up_to=100).price == 1100


@pytest.mark.parametrize("shares", [{"labour": "0.61"}, {"labour": "-0.1"}])
def test_shares_beyond_the_price_are_refused(shares: dict[str, str]) -> None:
    with pytest.raises(UnitError):
        share_of_price([100], 1, shares=shares)


def test_negative_costs_and_no_portions_are_refused() -> None:
    for ingredients, portions in (([-1], 1), ([1], 0)):
        with pytest.raises(UnitError):
            stacked_markup(ingredients, portions)
    with pytest.raises(UnitError):
        stacked_markup([1], 1, markups={"profit": "-0.1"})


def test_an_ingredient_without_a_price_leaves_the_cost_unknown() -> None:
    recipe = load_recipe(f"{EXAMPLE}/resep/tumis-kangkung.yaml")
    prices = load_prices(f"{EXAMPLE}/harga.csv")
    lines = cost_lines(recipe, prices)
    # 5 ikat x 300 g for 20 portions = 75 g as bought each, 750 g for ten.
    assert lines[0].ordered.low == pytest.approx(750)
    costs = known_costs(lines)
    assert costs is not None
    assert float(sum(costs)) == pytest.approx(10 * prices.of(recipe).low)
    fewer = type(prices)({k: v for k, v in prices.prices.items() if k != recipe.ingredients[0].food.code})
    assert known_costs(cost_lines(recipe, fewer)) is None
