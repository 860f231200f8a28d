"""Settlement: the three-way match by hand, sums exact to the rupiah, what is open stays open, amounts in words."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sehatmenu.errors import LoadError
from sehatmenu.partnership.advances import read_payments, working_capital
from sehatmenu.partnership.settlement import OrderLine, half_up, order_lines, read_invoices, read_receipts, three_way
from sehatmenu.partnership.spelled_amounts import terbilang
from sehatmenu.planning.demand import load_problem
from sehatmenu.planning.planners import plan
from sehatmenu.planning.plans import Plan
from tests.partnership.ledgers import csv

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "gading-rejo"
DAY = date(2026, 2, 2)


def order(n: int, supplier: str = "a", portions: int = 100, price: int = 2101, day: date = DAY) -> OrderLine:
    return OrderLine(f"P{n}", day, supplier, supplier.upper(), "soto", "sd-1", "siang", "sd-4-6", portions, price)


def test_three_ways_by_hand(tmp_path: Path) -> None:
    orders = [order(n) for n in range(7)]
    receipts = [
        ("P0", 100, 0),
        ("P1", 90, 0),
        ("P2", 100, 10),
        ("P3", 110, 0),
        ("P4", None, 0),
        ("P5", 60, 0),
        ("P5", 40, 1),
    ]
    bills = [("P0", 100, 210100), ("P2", 100, 210100), ("P5", 99, 207999)]
    received = read_receipts(csv(tmp_path, "Pesanan;Diterima;Ditolak", receipts, "terima.csv"))
    invoices = read_invoices(csv(tmp_path, "Pesanan;Ditagih;Nilai", bills, "tagihan.csv"))
    found = three_way(orders, received, invoices, payment_days=14, as_of=date(2026, 2, 28))
    # 100, 90, 90, 100 (never more than ordered), open, 60 + 40 - 1 = 99, open: no receipt; each at Rp2.101
    assert [210100, 189090, 189090, 210100, None, 207999, None] == [line.payable for line in found.lines]
    assert [
        [], ["settlement-short"], ["settlement-refused", "settlement-billed-portions", "settlement-billed-value"],
        ["settlement-over"],
        ["settlement-receipt-open"], ["settlement-refused"], ["settlement-no-receipt"],
    ] == [[f.code for f in line.findings] for line in found.lines]  # fmt: skip
    (owed,) = found.payables
    assert (1006379, 2, 420200, {date(2026, 2, 16): 1006379}) == (
        owed.payable,
        owed.open_lines,
        owed.open_value,
        dict(owed.due),
    )
    assert "satu juta enam ribu tiga ratus tujuh puluh sembilan rupiah" == owed.words()
    told = found.basis.reporting
    assert told is not None
    assert (6, 7, ("P6",)) == (told.reported, told.expected, told.silent)
    assert 8 == len(found.forms()[1].rows)


def test_receipts_of_orders_that_there_are_not_are_told_at_their_cells(tmp_path: Path) -> None:
    received = read_receipts(csv(tmp_path, "Pesanan;Diterima;Ditolak", [("P0", 1, 0), ("PX", 1, 0), ("PY", 1, 0)]))
    with pytest.raises(LoadError) as caught:
        three_way([order(0)], received, payment_days=10, as_of=DAY)
    assert [3, 4] == [f.place.line for f in caught.value.report if f.place]


def test_orders_after_the_day_are_left_out(tmp_path: Path) -> None:
    received = read_receipts(csv(tmp_path, "Pesanan;Diterima;Ditolak", [("P0", 1, 0)]))
    found = three_way([order(0), order(1, day=DAY + timedelta(days=1))], received, payment_days=10, as_of=DAY)
    assert ["P0"] == [line.order.code for line in found.lines]


ROWS = st.lists(
    st.tuples(
        st.sampled_from("abc"), st.integers(1, 500), st.integers(1, 99_999), st.integers(0, 600), st.integers(0, 600),
        st.booleans(),
    ),
    min_size=1, max_size=25,
)  # fmt: skip


@settings(deadline=None)
@given(ROWS, st.randoms())
def test_sums_are_exact_to_the_rupiah_whatever_the_order_of_rows(
    rows: list[tuple[str, int, int, int, int, bool]], random: object
) -> None:
    polars = pytest.importorskip("polars")
    orders = [order(n, name, portions, price) for n, (name, portions, price, *_) in enumerate(rows)]
    receipts = [(f"P{n}", received, refused) for n, (*_, received, refused, there) in enumerate(rows) if there] or [
        ("P0", 1, 0)
    ]
    random.shuffle(receipts)  # type: ignore[attr-defined]
    columns = {name: [r[k] for r in receipts] for k, name in enumerate(("pesanan", "diterima", "ditolak"))}
    found = three_way(orders, read_receipts(polars.DataFrame(columns)), payment_days=14, as_of=DAY)
    accepted = {code: received - refused for code, received, refused in receipts if refused <= received}
    expected = sum(min(accepted[o.code], o.portions) * o.price for o in orders if o.code in accepted)
    assert expected == found.total == sum(line.payable or 0 for line in found.lines)
    assert expected == sum(sum(p.due.values()) for p in found.payables)
    assert sum(o.value for o in orders) == sum(p.ordered for p in found.payables)
    assert all(0 <= (line.payable or 0) <= line.order.value for line in found.lines)


# Orders of a plan


@pytest.fixture(scope="module")
def menu() -> Plan:
    found = plan(load_problem(EXAMPLE / "notebooks" / "sekolah-tiga-hari.yaml"), time_limit=10)
    assert isinstance(found, Plan)
    return found


def test_order_lines_are_the_plan_with_prices_in_whole_rupiah(menu: Plan) -> None:
    lines = order_lines(menu)
    assert len(lines) == len({line.code for line in lines}) == sum(len(s.helpings) for s in menu.servings)
    assert lines[0].code == "260202-001"
    # each line is rounded once by at most half a rupiah a portion
    assert abs(sum(line.value for line in lines) - menu.cost) <= 0.5 * sum(line.portions for line in lines)
    assert list(lines) == list(order_lines(menu))


@pytest.mark.parametrize(("amount", "expected"), [("1/2", 1), ("3/2", 2), ("2499/1000", 2), ("5/2", 3)])
def test_halves_are_rounded_up(amount: str, expected: int) -> None:
    assert expected == half_up(Fraction(amount))


# Working capital


def test_late_payment_ties_up_capital_by_hand(tmp_path: Path) -> None:
    orders = [order(0, price=1000), order(1, price=1000, day=DAY + timedelta(days=10))]
    received = read_receipts(csv(tmp_path, "Pesanan;Diterima;Ditolak", [("P0", 100, 0), ("P1", 100, 0)], "t.csv"))
    settled = three_way(orders, received, payment_days=14, as_of=DAY + timedelta(days=20))
    rows = [("2026-02-12", "a", 60000), ("2026-03-30", "a", 999)]
    payments = read_payments(csv(tmp_path, "Tanggal;UMKM;Nilai", rows, "b.csv"))
    (row,) = working_capital(settled, payments, DAY + timedelta(days=20)).rows
    # 60.000 paid after 10 days, 40.000 out for 20 (due after 14: overdue), 100.000 for 10: 600 + 800 + 1.000 thousand
    assert (200_000, 60_000, 140_000, 40_000, 2_400_000) == (
        row.payable,
        row.paid,
        row.unpaid,
        row.overdue,
        row.rupiah_days,
    )
    assert 12 == row.days


# Amounts in words, as receipts print them


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "nol rupiah"),
        (1, "satu rupiah"),
        (10, "sepuluh rupiah"),
        (11, "sebelas rupiah"),
        (12, "dua belas rupiah"),
        (20, "dua puluh rupiah"),
        (100, "seratus rupiah"),
        (111, "seratus sebelas rupiah"),
        (200, "dua ratus rupiah"),
        (1000, "seribu rupiah"),
        (1001, "seribu satu rupiah"),
        (2000, "dua ribu rupiah"),
        (11000, "sebelas ribu rupiah"),
        (21500, "dua puluh satu ribu lima ratus rupiah"),
        (100000, "seratus ribu rupiah"),
        (101000, "seratus satu ribu rupiah"),
        (1000000, "satu juta rupiah"),
        (1001000, "satu juta seribu rupiah"),
        (
            2_147_483_647,
            "dua miliar seratus empat puluh tujuh juta empat ratus delapan puluh tiga ribu "
            "enam ratus empat puluh tujuh rupiah",
        ),
        (10**12, "satu triliun rupiah"),
        (-5000, "minus lima ribu rupiah"),
    ],
)  # fmt: skip
def test_amounts_in_words(amount: int, words: str) -> None:
    assert words == terbilang(amount)


WORDS = (
    "nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas",
)  # fmt: skip
NUMBERS = {word: number for number, word in enumerate(WORDS)}


def _read(words: str) -> int:
    """The number that Indonesian words say, read back by a grammar of its own."""
    total = part = 0
    for word in words.removesuffix(" rupiah").split():
        if word in NUMBERS:
            part += NUMBERS[word]
        elif word in ("seratus", "seribu"):
            part += 100 if word == "seratus" else 0
            total, part = (total + 1000, part) if word == "seribu" else (total, part)
        elif word == "belas":
            part += 10
        elif word in ("puluh", "ratus"):
            unit = part % 10
            part += unit * ({"puluh": 10, "ratus": 100}[word] - 1)
        else:
            total, part = total + part * {"ribu": 10**3, "juta": 10**6, "miliar": 10**9, "triliun": 10**12}[word], 0
    return total + part


@given(st.integers(0, 10**15 - 1))
def test_words_read_back_say_the_same_amount(amount: int) -> None:
    assert amount == _read(terbilang(amount))


def test_beyond_999_trillion_is_refused() -> None:
    with pytest.raises(ValueError, match="beyond"):
        terbilang(10**15)
