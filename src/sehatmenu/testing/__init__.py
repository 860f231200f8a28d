"""For authors of standards: laws that every sound standard keeps, strategies for Hypothesis, and a pytest plugin."""

from __future__ import annotations

from importlib import import_module

_STRATEGIES = ("quantities", "foods", "recipes", "menus", "standards", "from_standard", "breaking")
_WHERE = {
    **dict.fromkeys(_STRATEGIES, "strategies"),
    **dict.fromkeys(("lint", "RULE_LAWS", "GROUP_LAWS", "STANDARD_LAWS"), "laws"),
}


def __getattr__(name: str) -> object:
    """A strategy or law, imported on first use: this package is named by entry points and has to stay cheap."""
    if name not in _WHERE:
        raise AttributeError(f"module 'sehatmenu.testing' has no attribute {name!r}")
    return getattr(import_module(f"sehatmenu.testing.{_WHERE[name]}"), name)


def register() -> None:
    """The entry point `hypothesis`: `st.from_type(Recipe)` and the like draw what this package draws."""
    import_module("sehatmenu.testing.strategies").register()
