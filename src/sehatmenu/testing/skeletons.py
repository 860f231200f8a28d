"""The skeleton of a standard: a commented file that loads at once and lacks nothing but its sources."""

from __future__ import annotations

from pathlib import Path

SKELETON = """\
# yaml-language-server: $schema=standard.schema.json
# Skemanya / the schema:  sehatmenu schema standard > standard.schema.json
# Periksa dengan / check with:  sehatmenu standards lint {file}
id: {id}                       # tetap sama untuk edisi ini / stays the same for this edition
title: {{id: "Judul peraturan", en: "Title of the regulation"}}
jurisdiction: ID
valid: {{from: {year}-01-01, until: null}}   # null: tidak terlihat / not seen

sources:
  # seen: primary (peraturan dibaca sendiri / the law itself was read), secondary (dikutip / quoted elsewhere),
  #       example, unverified. Ganti "example" setelah sumbernya dibaca / replace it once the source is read.
  peraturan:
    title: "Nama dan nomor peraturan / name and number of the regulation"
    seen: example
    where: "tautan atau berkas / link or file"

groups:
  murid:
    title: {{id: "Murid sekolah", en: "School pupils"}}
    reference: {{of: references/akg-2019, mix: {{l-10-12: 1, p-10-12: 1}}}}   # AKG
    meals: [siang]

rules:
  # Satu aturan: id yang tetap, jenis, dan batas yang bersatuan / a lasting id, a kind, and limits with units.
  - id: energy
    kind: share                  # bagian dari AKG / share of the reference intake
    title: {{id: "Energi, bagian dari AKG", en: "Energy, share of the reference intake"}}
    nutrient: energy
    per: meal                    # item | meal | day | week | cycle
    limits:
      # Perubahan angka = butir baru dengan from / a change of law is a new entry with `from`.
      - {{min: 30 %, max: 35 %, source: peraturan, place: "pasal, lampiran / article, annex"}}
  - id: sodium
    kind: nutrient
    title: {{id: "Natrium", en: "Sodium"}}
    nutrient: sodium
    per: meal
    limits:
      - {{max: 600 mg, source: peraturan, place: "pasal, lampiran / article, annex"}}

cases:                           # contoh yang lulus dan yang gagal / one that passes, one that fails
  - title: {{id: "Menu yang sesuai", en: "A menu that complies"}}
    group: murid
    on: {year}-02-02
    meal: {{energy: 630 kcal, sodium: 600 mg}}   # (2000 + 1900) / 2 = 1950; 30 % = 585, 35 % = 682.5 kcal
    expect: {{energy: pass, sodium: pass}}
  - title: {{id: "Terlalu asin dan kurang energi", en: "Too salty, too little energy"}}
    group: murid
    on: {year}-02-02
    meal: {{energy: 500 kcal, sodium: 601 mg}}
    expect: {{energy: fail, sodium: fail}}
"""


def skeleton(file: str, year: int = 2026) -> str:
    """The text of a new standard; its id is the name of the file."""
    return SKELETON.format(id=Path(file).stem.lower().replace("_", "-"), file=file, year=year)
