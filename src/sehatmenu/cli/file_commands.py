"""The commands that help to write files: JSON Schemas for YAML, and empty spreadsheets to fill in."""

from __future__ import annotations

import argparse
from pathlib import Path

from sehatmenu.cli.answers import LAWFUL, print_json
from sehatmenu.cli.arguments import Commands, add_command
from sehatmenu.errors import refusal
from sehatmenu.messages import render


def add_file_commands(commands: Commands) -> None:
    """Add `schema` and `template` to the command line."""
    schema = add_command(
        commands, "schema", "Print the JSON Schema of a kind of file, or write all of them to a folder."
    )
    schema.add_argument(
        "kind", nargs="?", default="standard", help="standard, reference, recipe, problem, suppliers or plan"
    )
    schema.add_argument("--folder", metavar="FOLDER", help="write every schema as KIND.schema.json")
    schema.set_defaults(run=_schema)
    template = add_command(commands, "template", "Write an empty spreadsheet of recipes, UMKM or prices to fill in.")
    template.add_argument(
        "file", metavar="FILE", help="workbook to write: umkm*.xlsx, harga*.xlsx, or recipes (extra `excel`)"
    )
    template.set_defaults(run=_template)


def _schema(options: argparse.Namespace) -> int:
    from sehatmenu.reports.schemas import FILES, schema, write_schemas

    if options.folder:
        written = write_schemas(Path(options.folder))
        print(render("schemas-written", {"count": len(written), "folder": options.folder}, options.lang))
        return LAWFUL
    if options.kind not in FILES:
        raise refusal("field-choice", field="kind", choices=", ".join(FILES), text=options.kind)
    print_json(schema(options.kind))
    return LAWFUL


def _template(options: argparse.Namespace) -> int:
    from sehatmenu.reports.sheet_templates import template_for

    template = template_for(options.file)
    if Path(options.file).exists():
        raise refusal("file-exists", file=options.file)
    template.write(options.file)
    values = {"file": options.file, "sheet": template.sheet, "reader": template.reader}
    print(render("template-written", values, options.lang))
    return LAWFUL
