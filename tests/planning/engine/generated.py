"""The generator of district-sized models in `benchmarks/`, which is no part of the package."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

from sehatmenu.planning.models import Model


def _generator() -> Any:
    path = Path(__file__).resolve().parents[3] / "benchmarks" / "instances.py"
    spec = importlib.util.spec_from_file_location("instances", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["instances"] = module
    spec.loader.exec_module(module)
    return module


GENERATOR = _generator()


def generated(days: int, dishes: int, *, seed: int = 0, **more: Any) -> Model:
    """The model of a size (more: meals, groups, suppliers, nutrients)."""
    model: Model = GENERATOR.make(GENERATOR.Size(days, dishes, **more), seed)
    return model
