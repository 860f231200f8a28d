"""The command on recipes as people have them: read a text, page or table, and write recipe files to correct."""

from __future__ import annotations

import argparse
from pathlib import Path

from sehatmenu.cli.answers import LAWFUL, print_json
from sehatmenu.cli.arguments import Commands, add_command
from sehatmenu.messages import render


def add_transcript_commands(commands: Commands) -> None:
    """Add `read` to the command line."""
    command = add_command(commands, "read", "Read recipes out of a text, a page or a table, as recipe files to correct.")
    about = "plain text, page (html), page data (json), CSV or xlsx"
    command.add_argument("file", metavar="FILE", help=about)
    command.add_argument("--to", metavar="FOLDER", help="write a recipe file for each there; without it they are printed")
    command.set_defaults(run=_read)


def _read(options: argparse.Namespace) -> int:
    from sehatmenu.food.composition import load_foods
    from sehatmenu.transcripts.recipe_drafts import recipe_draft
    from sehatmenu.transcripts.transcribing import transcribe
    from sehatmenu.transcripts.transcripts import file_name
    from sehatmenu.whole_files import write_text

    foods, taken = load_foods(), set[str]()
    found = transcribe(options.file)
    drafts = {file_name(one.document(foods), taken): recipe_draft(one, foods, options.lang) for one in found}
    if options.to:
        folder = Path(options.to)
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in drafts.items():
            write_text(folder / name, text)
    if options.json:
        print_json([{"file": name, "draft": text} for name, text in drafts.items()])
    elif options.to:
        print(render("transcripts-written", {"count": len(drafts), "folder": options.to, "files": list(drafts)}, options.lang))
    else:
        print("\n---\n".join(drafts.values()), end="")
    return LAWFUL
