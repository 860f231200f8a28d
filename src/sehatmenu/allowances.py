"""How large files, answers and problems may be: every limit of sehatmenu with its unit and its reason, in one place."""

from __future__ import annotations

MAX_YAML_BYTES = 4_000_000
"""Bytes of a YAML file: a hundred times the largest packaged standard, and read within a few seconds."""

MAX_DEPTH = 40
"""Levels of nesting of a YAML file; a standard has eight."""

MAX_VALUES = 200_000
"""Values of a YAML file, what its aliases repeat counted again: a small text cannot stand for a huge one."""

MAX_TABLE_BYTES = 20_000_000
"""Bytes of a CSV file or workbook: a food table has less than one million."""

MAX_TABLE_CELLS = 1_000_000
"""Filled cells of a CSV file with English titles: a food table, a price list; the largest have half of that."""

MAX_TABLE_COLUMNS = 1_000
"""Columns of a CSV file with English titles; food tables have some sixty."""

MAX_CELLS = 200_000
"""Filled cells of a sheet of recipes, UMKM or prices: twenty columns of ten thousand rows; some 250 bytes of memory each."""

MAX_CELL_LENGTH = 131_072
"""Characters of a cell of a CSV file, as many as Python's own reader takes; a quotation mark that is never closed ends here."""

MAX_ROWS = 20_000
"""Rows of a sheet of recipes, UMKM or prices."""

MAX_FRAME_ROWS = 20_000_000
"""Rows of a data frame, which is in memory already."""

MAX_COLUMNS = 200
"""Columns of a sheet of recipes, UMKM or prices."""

MAX_UNPACKED_BYTES = 40_000_000
"""Bytes of a workbook when unpacked: reading it then stays below 300 MB of memory."""

MAX_PART_BYTES = 5_000_000
"""Bytes of one part of a workbook that is neither a sheet nor its texts, such as its styles; these are read as a tree."""

MAX_FINDINGS = 100
"""Findings that a refusal tells one by one; the others are counted. Nobody mends more in one go."""

MAX_SUGGESTIONS = 50
"""Misspelt words of one reading for which the nearest known name is looked up; each costs some milliseconds."""

MAX_CALENDAR_DAYS = 366
"""Days from the first to the last of a calendar: a school year. Prices, papers and law of a longer one are not known."""

SERVINGS = (0.01, 1_000_000.0)
"""The fewest and the most servings of a recipe; beyond them figures per portion lose all sense."""
