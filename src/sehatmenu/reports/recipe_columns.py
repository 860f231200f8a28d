"""The columns of the recipe spreadsheet: Indonesian headings, the words that may stand there, and the template itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import get_args

from sehatmenu.food.cooking import methods
from sehatmenu.food.measures import measures
from sehatmenu.food.recipe_files import Course
from sehatmenu.worksheets.forms import Value
from sehatmenu.worksheets.headed_sheets import Heading, write_headed

SHEET = "Resep"
BASES: Mapping[str, str] = {"kotor": "gross", "bersih": "edible", "masak": "cooked"}


HEADINGS = (
    Heading("Nama resep", "name", required=True, width=26, note="Hanya di baris pertama resep; baris di bawahnya kosong."),
    Heading("Jenis hidangan", "course", required=True),
    Heading("Jumlah porsi", "servings", required=True, note="Resep ini untuk berapa porsi. Tulis ? bila belum tahu."),
    Heading("Daftar ukuran", "measures", note="Daftar ukuran rumah tangga yang dipakai, misalnya dbmp."),
    Heading("Dasar berat", "basis", note="kotor = seperti dibeli; bersih = siap masak; masak = sudah matang."),
    Heading("Cara masak", "method"),
    Heading("Berat masak", "yield", note="Berat seluruh masakan yang sudah matang, misalnya 950 g."),
    Heading("Porsi terkecil", "min", note="Bagian dari porsi standar, misalnya 50 %."),
    Heading("Porsi terbesar", "max", note="Bagian dari porsi standar, misalnya 150 %."),
    Heading("Langkah porsi", "step", note="Misalnya 5 %."),
    Heading("Tanda", "tags", note="Dipisah koma, misalnya sayur-hijau, pedas."),
    Heading("Alergen", "allergens", note="Dipisah koma; ditambahkan pada alergen bahan."),
    Heading("Sumber", "source", width=26),
    Heading("Bahan", "food", of_line=True, required=True, width=24),
    Heading("Jumlah", "amount", of_line=True, required=True, note="Angka, misalnya 2,5 atau 1/2; boleh: secukupnya."),
    Heading("Satuan", "unit", of_line=True, note="g, kg, ml, sdm, sdt, gelas, siung, butir, ikat, papan, potong, lembar."),
    Heading("Timbangan satuan", "weighed", of_line=True, note="Berat satu satuan di dapur ini, misalnya 300 g untuk 1 ikat."),
    Heading("Dasar berat bahan", "line basis", of_line=True, note="Hanya bila lain dari resepnya."),
    Heading("Cara masak bahan", "line method", of_line=True, note="Hanya bila lain dari resepnya."),
    Heading("Catatan", "note", of_line=True, width=26),
)  # fmt: skip

EXAMPLE: tuple[tuple[Value, ...], ...] = (
    ("Tumis kangkung (contoh)", "sayur", 20, "dbmp", "kotor", "tumis", "950 g", "50 %", "150 %", "5 %", "sayur-hijau",
     None, "Contoh; hapus baris ini", "kangkung", 5, "ikat", "300 g", None, None, None),
    (*[None] * 13, "bawang putih", 6, "siung", "4 g", None, None, None),
    (*[None] * 13, "minyak goreng", 9, "sdm", None, None, None, None),
    (*[None] * 13, "garam", 10, "g", None, None, None, "tulis berat, bukan secukupnya, agar natrium diketahui"),
)  # fmt: skip

ADVICE = (
    "Satu baris satu bahan. Baris pertama sebuah resep memuat nama, jenis, jumlah porsi, dan seterusnya.",
    "Baris berikutnya dari resep yang sama: kolom nama sampai sumber dikosongkan.",
    "Angka desimal ditulis dengan koma: 2,5. Tulisan seperti 1.500 kg ditolak karena dapat dibaca dua cara.",
    "Excel dapat mengubah 1/2 menjadi tanggal: tulis 0,5, atau ubah format sel menjadi Teks lebih dahulu.",
    "Rumus tidak dibaca: salin hasilnya sebagai nilai.",
    "Kosong berarti tidak diketahui, bukan nol.",
    "Hapus resep contoh sebelum dipakai.",
)


def choices(field: str) -> tuple[str, ...]:
    """The words that a column offers; none for a column that is free."""
    match field:
        case "course":
            return get_args(Course)
        case "basis" | "line basis":
            return tuple(BASES)
        case "method" | "line method":
            return tuple(dict.fromkeys(method.id for method in methods().values()))
        case _:
            return ()


def write_template(path: str | Path) -> None:
    """Write the empty recipe spreadsheet with headings, notes, drop-down lists and an example; see `read_recipes`.

    Needs the extra `excel`. Raises OSError when the file cannot be written.
    """
    advice = [*ADVICE, f"Daftar ukuran: {', '.join(measures().lists)}."]
    write_headed(path, SHEET, HEADINGS, EXAMPLE, advice, choices)
