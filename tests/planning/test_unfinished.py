"""Stopped and out of time are answers of their own: no clash is named, nothing is called impossible, every face says why."""

from __future__ import annotations

import io
import json
import math
import random
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from sehatmenu.cli import main
from sehatmenu.messages import LANGUAGES, catalogue
from sehatmenu.planning.demand import Problem
from sehatmenu.planning.many import plan_many
from sehatmenu.planning.planners import plan
from sehatmenu.planning.unfinished import Unfinished
from sehatmenu.reports.answer_lines import answer_line
from sehatmenu.reports.terminal import show
from tests.planning.impossible import lawful, read
from tests.planning.problems import Dish, Offer, write_problem
from tests.planning.tiny_problems import rice_and_tempe

SOURCE = Path(__file__).resolve().parents[2] / "src" / "sehatmenu"


def search(problem: Problem, **asked: object) -> Unfinished:
    found = plan(problem, **asked)  # type: ignore[arg-type]
    assert isinstance(found, Unfinished), found
    return found


@cache
def stopped() -> Unfinished:
    return search(rice_and_tempe(), cancel=lambda: True)


def kitchen(folder: Path) -> Path:
    """Rice and tempe for ten on two days; it has menus."""
    dishes = [Dish("nasi", "pokok", 300, 8, 100), Dish("tempe", "hewani", 200, 12, 100)]
    return write_problem(folder, dishes, [Offer("a", "nasi", 1000), Offer("a", "tempe", 2000)])


def test_a_search_that_is_stopped_is_no_clash() -> None:
    """The problem has a menu, and somebody gave up at once."""
    found = stopped()
    assert found.status == "cancelled"
    assert "stopped" in found.text("en")
    assert "not proven that there is none" in found.text("en")


def test_a_search_without_time_says_so_and_what_it_began_with(tmp_path: Path) -> None:
    found = search(read(lawful(random.Random(3)), tmp_path), time_limit=1e-3, threads=1)
    assert found.status == "time_limit"
    assert "more time may help" in found.text("en")


def test_what_is_known_of_the_cost_is_said() -> None:
    """In the text, in the row and in the data."""
    found = Unfinished(rice_and_tempe(), "exhausted", 17_500.0, ("bound", "first menu"), 2.0, "tangan 1.0")
    assert "cannot cost less than Rp17,500" in found.text("en")
    assert "What was tried: the lowest cost, from the average day, a first menu." in found.text("en")
    assert found.records()[0]["bound_idr"] == found.data()["bound_idr"] == 17_500.0
    assert repr(found).endswith(": exhausted after 2.0 s, bound 17500 IDR>")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_face_says_why_the_search_ended(lang: str, tmp_path: Path) -> None:
    found = stopped()
    why = found.sentences(lang)[0]
    stream = io.StringIO()
    show(found, lang, stream)
    found.to_html(tmp_path / "x.html", lang)
    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert f'lang="{lang}"' in page
    for face in (found.text(lang), stream.getvalue(), page, answer_line("dapur", found, lang)):
        assert why in face
    assert found.sentences("id")[0] in found._repr_html_()


def test_its_data_are_strict_json_and_its_frame_is_one_row() -> None:
    """Where nothing is known of the cost, the bound is null."""
    unknown = replace(stopped(), bound=-math.inf)
    data = json.loads(json.dumps(unknown.data(), allow_nan=False))
    assert (data["status"], data["ended"], data["bound_idr"]) == ("unfinished", "cancelled", None)
    assert len(stopped().to_frame()) == 1


def test_the_command_ends_as_without_a_menu(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    problem = str(kitchen(tmp_path))
    assert main(["plan", problem, "--time-limit", "1e-9", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["status"] == "unfinished"


def test_among_many_problems_it_is_an_answer_like_any_other(tmp_path: Path) -> None:
    (answer,) = plan_many([kitchen(tmp_path)], time_limit=1e-9).values()
    assert isinstance(answer, Unfinished)
    assert answer.status == "time_limit"


def test_sentences_of_the_library_name_no_flags_of_a_command() -> None:
    """A service or a notebook has no command line: only sentences that the command alone prints may speak of one."""
    library = [p.read_text(encoding="utf-8") for p in SOURCE.rglob("*.py") if "cli" not in p.parts]
    for lang in LANGUAGES:
        flagged = [code for code, text in catalogue(lang).items() if re.search(r"(?<!\w)--[a-z]", text)]
        assert [code for code in flagged if any(f'"{code}"' in text for text in library)] == []
