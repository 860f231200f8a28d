"""Agreements: the annex of a cooperation agreement out of a plan and its register, verified later, and compared in words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sehatmenu.documents import load
from sehatmenu.files import Document, to_yaml
from sehatmenu.messages import Figure, Word
from sehatmenu.partnership.agreement_files import AgreedDish, AnnexFile
from sehatmenu.partnership.evidence import Basis, Sentence, form_of
from sehatmenu.partnership.paper_rules import paper_title
from sehatmenu.planning.plan_files import part, rupiah, written
from sehatmenu.planning.plans import Plan, Serving
from sehatmenu.planning.suppliers import CertificateEntry
from sehatmenu.standards.references import locate
from sehatmenu.standards.standards import Standard
from sehatmenu.whole_files import write_text
from sehatmenu.worksheets.forms import Form


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex: as written, and where it was read from."""

    file: AnnexFile
    source: str

    def save(self, path: str | Path) -> None:
        """Write the annex to a YAML file, whole or not at all."""
        write_text(path, to_yaml(_data(self.file)))

    def forms(self, lang: str = "id") -> tuple[Form, ...]:
        """The annex for signature: parties with their papers, dishes with price and portion, terms, and what it rests on."""
        file, names = self.file, {party.id: party.name for party in self.file.parties}
        n = Sentence("agreement-method")
        basis = Basis(len(file.dishes), n, self.source, as_of=file.made_on, notes=_notes())
        dishes = [
            (names[d.supplier], d.name, Figure.exact(d.price, "IDR"), d.until, "; ".join(grams_lines(d, lang)))
            for d in file.dishes
        ]
        parties = [(p.name, p.scale, ", ".join(f"{paper_title(c.type).id} {c.number}".strip() for c in p.papers))
                   for p in file.parties]  # fmt: skip
        return (
            form_of(
                "agreement-parties", (("umkm", "text"), ("scale", "text"), ("papers", "text")), parties, None, lang
            ),
            form_of("agreement-dishes", _DISH_COLUMNS, dishes, None, lang),
            form_of("agreement-terms", (("term", "text"), ("agreed", "text")), list(term_rows(file)), None, lang),
            form_of(
                "agreement-files",
                (("name", "text"), ("sha256", "text")),
                [(f.id, f.sha256) for f in file.files],
                basis,
                lang,
            ),
        )


_DISH_COLUMNS = (("umkm", "text"), ("dish", "text"), ("price", "text"), ("price-until", "date"), ("portions", "text"))


def annex(
    plan: Plan,
    *,
    office: str,
    made_on: date,
    until: date,
    payment_days: int,
    tolerance: str = "10 %",
    holding: str = "4 hours",
    windows: Mapping[str, str] | None = None,
    returns: str = "",
) -> Annex:
    """The annex of a cooperation agreement out of a plan: who cooks what, how large, at which price and until when.

    `windows` says for each meal between which times it is to arrive. It is an annex, not the text of the agreement. Raises
    LoadError and UnitError for figures without a unit.
    """
    used = dict.fromkeys(s.supplier.id for s in plan.servings)
    parties = [plan.problem.register.suppliers[name] for name in sorted(used)]
    data = {
        "title": plan.problem.title.id,
        "office": office,
        "made_on": made_on.isoformat(),
        "until": until.isoformat(),
        "parties": [
            {"id": p.id, "name": p.name, "scale": p.scale or "", "papers": [_paper(c) for c in p.certificates]} for p in parties
        ],
        "dishes": list(agreed_dishes(plan, until)),
        "terms": {
            "tolerance": tolerance, "holding": holding, "payment_days": f"{payment_days} days",
            "windows": dict(windows or {}), "returns": returns,
        },
        "menu_sha256": menu_sha256(plan),
        "files": [{"id": name, "sha256": digest} for name, digest in file_digests(plan).items()],
    }  # fmt: skip
    return Annex(load(Document(data, "kesepakatan.yaml", {}), AnnexFile).model, plan.problem.document.file)


def load_annex(path: str | Path) -> Annex:
    """Read an annex; raises LoadError with every problem and its place."""
    loaded = load(path, AnnexFile)
    return Annex(loaded.model, loaded.document.file)


def menu_sha256(plan: Plan) -> str:
    """A digest of who serves what to whom on which day in which portion; prices are compared one by one."""
    trays = [
        {**tray, "dishes": [{k: v for k, v in dish.items() if k != "price"} for dish in tray["dishes"]]}  # type: ignore[attr-defined]
        for tray in written(plan)
    ]
    return hashlib.sha256(json.dumps(trays, sort_keys=True).encode()).hexdigest()


def file_digests(plan: Plan) -> dict[str, str]:
    """The sha256 of every file of law that a plan rests on: standards, what they inherit, references, and the problem."""
    files: dict[str, Path] = {}
    for standard in plan.problem.standards.values():
        files |= _files(standard)
    files["problem"] = Path(plan.problem.document.file)
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in sorted(files.items()) if path.is_file()
    }


def _files(standard: Standard) -> dict[str, Path]:
    own = {Path(document.file) for document, _ in standard.places.values()}
    if standard.document is not None:
        own.add(Path(standard.document.file))
        folder = Path(standard.document.file).parent
        own |= {locate(name, folder) for name in standard.references}
    return {f"{path.parent.name}/{path.stem}": path for path in own}


def _paper(entry: CertificateEntry) -> dict[str, object]:
    return entry.model_dump(mode="json", exclude_defaults=True)


def agreed_dishes(plan: Plan, until: date) -> Iterator[dict[str, object]]:
    """Each dish of each UMKM once, with every size in which a group gets it."""
    by: dict[tuple[str, str], list[Serving]] = {}
    for serving in plan.servings:
        by.setdefault((serving.supplier.id, serving.dish.id), []).append(serving)
    for (supplier, dish), servings in sorted(by.items()):
        sizes: dict[str, set[float]] = {}
        for serving in servings:
            for helping in serving.helpings:
                grams = helping.grams(serving.dish)
                if grams.low == grams.high:
                    sizes.setdefault(helping.group, set()).add(round(grams.low, 1))
        portions = {group: [f"{grams:g} g" for grams in sorted(found)] for group, found in sorted(sizes.items())}
        price = {"price": rupiah(servings[0].price), "until": until.isoformat()}
        yield {"supplier": supplier, "dish": dish, "name": servings[0].dish.name, **price, "portions": portions}


def _data(file: AnnexFile) -> dict[str, object]:
    """The annex as it is written: every figure with its unit again."""
    data = file.model_dump(mode="json", exclude_defaults=True)
    for written_, dish in zip(data["dishes"], file.dishes, strict=True):
        written_["price"] = rupiah(dish.price)
        if dish.portions:
            written_["portions"] = {
                group: [f"{grams:g} g" for grams in sizes] for group, sizes in dish.portions.items()
            }
    terms = file.terms
    data["terms"] |= {
        "tolerance": part(terms.tolerance),
        "holding": f"{terms.holding:g} minutes",
        "payment_days": f"{terms.payment_days:g} days",
    }
    return data


def term_rows(file: AnnexFile) -> Iterator[tuple[object, ...]]:
    terms = file.terms
    yield Sentence("agreement-term-office"), file.office
    yield Sentence("agreement-term-days"), Sentence("agreement-days", {"first": file.made_on, "last": file.until})
    yield Sentence("agreement-term-tolerance"), Figure.exact(terms.tolerance, "fraction")
    yield Sentence("agreement-term-holding"), Figure.exact(terms.holding, "minute")
    yield Sentence("agreement-term-payment"), Figure.exact(terms.payment_days, "day")
    for meal, window in terms.windows.items():
        yield Sentence("agreement-term-window", {"meal": Word(meal)}), window
    yield Sentence("agreement-term-returns"), terms.returns or "–"


def _notes() -> tuple[Sentence, ...]:
    return Sentence("agreement-least-content"), Sentence("agreement-not-a-text")


def grams_lines(dish: AgreedDish, lang: str) -> Iterator[str]:
    for group, sizes in dish.portions.items():
        yield f"{group}: {'/'.join(f'{grams:g}' for grams in sizes)} g"
