"""Amounts in words, as receipts and agreements in Indonesia want them beside the figures."""

from __future__ import annotations

_ONES = ("", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas")
_SCALES = ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"))
LARGEST = 10**15 - 1


def terbilang(rupiah: int) -> str:
    """A whole amount of rupiah in Indonesian words, for receipts and agreements.

    Raises ValueError beyond 999 trillion.

    >>> terbilang(12_500), terbilang(1_100_011)
    ('dua belas ribu lima ratus rupiah', 'satu juta seratus ribu sebelas rupiah')
    """
    if abs(rupiah) > LARGEST:
        raise ValueError(f"beyond {LARGEST}: {rupiah}")
    words = _below_quadrillion(abs(rupiah)) or "nol"
    return f"{'minus ' if rupiah < 0 else ''}{words} rupiah"


def _below_quadrillion(number: int) -> str:
    for scale, name in _SCALES:
        if number >= scale:
            count, rest = divmod(number, scale)
            return _joined(f"{_below_thousand(count)} {name}", _below_quadrillion(rest))
    if number >= 1000:
        count, rest = divmod(number, 1000)
        return _joined("seribu" if count == 1 else f"{_below_thousand(count)} ribu", _below_thousand(rest))
    return _below_thousand(number)


def _below_thousand(number: int) -> str:
    if number < len(_ONES):
        return _ONES[number]
    if number < 20:
        return f"{_ONES[number - 10]} belas"
    if number < 100:
        return _joined(f"{_ONES[number // 10]} puluh", _ONES[number % 10])
    hundreds = "seratus" if number < 200 else f"{_ONES[number // 100]} ratus"
    return _joined(hundreds, _below_thousand(number % 100))


def _joined(first: str, rest: str) -> str:
    return f"{first} {rest}".strip()
