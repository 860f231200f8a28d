"""Packs the food table when a wheel is built, so that loading it takes a tenth of the time; hatchling runs this."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PackedFoods(BuildHookInterface[Any]):
    """Adds the packed food table to a wheel; an editable install reads the tables themselves."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Pack the tables of this checkout into a folder of its own and have both files included."""
        if version == "editable":
            return
        sys.path.insert(0, str(Path(self.root) / "src"))
        from sehatmenu.food.composition import packaged_from_tables
        from sehatmenu.food.packed_tables import pack

        for file in pack(packaged_from_tables(), Path(tempfile.mkdtemp())):
            build_data["force_include"][str(file)] = f"sehatmenu/data/foods/{file.name}"
