"""How a command answers: its exit code, and its data as JSON."""

from __future__ import annotations

import json
import math

LAWFUL, UNLAWFUL, BAD_INPUT = 0, 1, 2


def print_json(data: object) -> None:
    """Print data as JSON, with `null` in place of numbers that JSON cannot hold."""
    print(json.dumps(_finite(data), ensure_ascii=False, indent=2))


def _finite(data: object) -> object:
    if isinstance(data, dict):
        return {key: _finite(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_finite(value) for value in data]
    return None if isinstance(data, float) and not math.isfinite(data) else data
