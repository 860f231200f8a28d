"""No part of planning goes on without a menu when time is up or somebody asked to stop: writing, folding, laying out."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from sehatmenu.planning import bounds
from sehatmenu.planning.bounds import fold
from sehatmenu.planning.deadlines import TimeIsUpError, deadline, tick
from sehatmenu.planning.layouts import layout
from sehatmenu.planning.meals import solve_by_meals
from sehatmenu.planning.outcomes import Ending
from sehatmenu.planning.planners import plan
from sehatmenu.planning.programs import write
from sehatmenu.planning.unfinished import Unfinished
from tests.planning.engine.generated import generated
from tests.planning.tiny_problems import example


def test_work_asks_and_goes_on_where_nobody_set_a_deadline() -> None:
    tick()
    with deadline(time.perf_counter() + 3600.0):
        tick()
    with pytest.raises(TimeIsUpError), deadline(time.perf_counter() - 1.0):
        tick()
    tick()


@pytest.mark.parametrize("work", ["write", "fold", "layout"])
def test_each_part_ends_when_asked(work: str) -> None:
    """Asked to stop from the first moment on, none of them answers."""
    model = generated(10, 60)
    bounds._KNOWN.clear()
    parts: dict[str, Callable[[], object]] = {
        "write": lambda: write(example()),
        "fold": lambda: fold(model),
        "layout": lambda: layout(model),
    }
    with pytest.raises(TimeIsUpError), deadline(time.perf_counter() + 3600.0, lambda: True):
        parts[work]()


def test_a_search_whose_time_is_up_while_folding_has_no_menu_and_claims_nothing() -> None:
    found = solve_by_meals(generated(10, 60), time_limit=0.0, gap=0.0)
    assert found is not None
    assert found.status is Ending.time_limit
    assert found.choice is None


def test_a_plan_stopped_while_it_is_written_is_unfinished() -> None:
    ends: list[tuple[dict[str, Any], str]] = [({"time_limit": 0.0}, "time_limit"), ({"cancel": lambda: True}, "cancelled")]
    for asked, status in ends:
        found = plan(example(), **asked)
        assert isinstance(found, Unfinished)
        assert found.status == status
