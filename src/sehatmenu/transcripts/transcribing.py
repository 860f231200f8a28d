"""Transcribing: whatever a file is, the recipes in it as transcripts, or what is said of a file that holds none."""

from __future__ import annotations

from pathlib import Path

from sehatmenu import readings
from sehatmenu.allowances import MAX_YAML_BYTES
from sehatmenu.errors import LoadError
from sehatmenu.files import Place, read_text
from sehatmenu.findings import Report, problem
from sehatmenu.transcripts.page_data import read_page_data
from sehatmenu.transcripts.plain_texts import read_plain_text
from sehatmenu.transcripts.recipe_tables import read_recipe_table
from sehatmenu.transcripts.transcripts import Transcript
from sehatmenu.worksheets.cells import CellSheet
from sehatmenu.worksheets.headed_sheets import grid, is_spreadsheet, spelled
from sehatmenu.worksheets.spreadsheets import read_workbook

TEXTS = (".txt", ".md", ".text")
PAGES = (".json", ".jsonld", ".html", ".htm")


def transcribe(path: str | Path, *, within: str | Path | None = None) -> tuple[Transcript, ...]:
    """The recipes of a file: plain text, a page or its JSON-LD, a CSV file or workbook with a recipe or ingredient a row.

    `within` names a folder that the file must lie in. Raises LoadError for a file that cannot be read or holds no recipe.
    """
    with readings.reading(within):
        found = _transcripts(path)
    if not found:
        raise LoadError(Report((problem("transcript-empty", Place(str(path), 1, 1)),)))
    return found


def transcribes(path: str | Path) -> bool:
    """Whether a file is for `transcribe`: a text, a page, or a table without the columns of the recipe template."""
    suffix = Path(path).suffix.casefold()
    if suffix in (*TEXTS, *PAGES):
        return True
    if suffix != ".csv" and not is_spreadsheet(path):
        return False
    sheets = read_workbook(path) if is_spreadsheet(path) else (grid(path),)
    return not any(_of_template(sheet) for sheet in sheets) and any(read_recipe_table(sheet) for sheet in sheets)


def _of_template(sheet: CellSheet) -> bool:
    head = sheet.cells.get(min(sheet.cells, default=0), {})
    return bool({"jumlah", "satuan"} & {spelled(cell.text) for cell in head.values()})


def _transcripts(path: str | Path) -> tuple[Transcript, ...]:
    if is_spreadsheet(path):
        return tuple(one for sheet in read_workbook(path) for one in read_recipe_table(sheet))
    suffix = Path(path).suffix.casefold()
    if suffix == ".csv":
        return read_recipe_table(grid(path))
    text = read_text(path, MAX_YAML_BYTES)
    if suffix in PAGES:
        try:
            return read_page_data(text, str(path))
        except ValueError as error:
            raise LoadError(Report((problem("transcript-json", Place(str(path), 1, 1), problem=str(error)),))) from None
    found = read_plain_text(text, str(path))
    return (found,) if found else ()
