"""Column generation: one value in the end however it is smoothed, its bound below it, the same answer from any threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from sehatmenu.planning.column_generation.generation import GenerationParameters
from tests.planning.parts.meal_kinds import example_parts, generated_to_the_end


def test_smoothed_or_not_the_proof_meets_the_master_at_one_value() -> None:
    smoothed, plain = generated_to_the_end(), generated_to_the_end(GenerationParameters(pull=0.0))
    assert smoothed.done
    assert plain.done
    assert smoothed.value == pytest.approx(plain.value, rel=1e-5)
    assert smoothed.bound == pytest.approx(smoothed.value, rel=1e-5)
    assert plain.bound == pytest.approx(plain.value, rel=1e-5)


def test_the_bound_only_rises_and_stays_below_the_master() -> None:
    generation = example_parts().generation()
    with ThreadPoolExecutor(2) as workers:
        generation.begin(workers)
        seen = []
        for _ in range(6):
            generation.ask(workers)()
            seen.append(generation.bound)
    assert seen == sorted(seen)
    assert np.isfinite(seen).all()
    assert seen[-1] <= generation.value * (1 + 1e-9)
