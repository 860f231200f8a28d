"""The columns of the spreadsheet of UMKM: Indonesian headings, the words that may stand there, and the template itself."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeAlias

from sehatmenu.standards.menus import SCALES
from sehatmenu.worksheets.forms import Value
from sehatmenu.worksheets.headed_sheets import Heading, write_headed

SHEET = "UMKM"

Kind: TypeAlias = Literal["text", "words", "figure", "date", "minutes"]

HEADINGS = (
    Heading("Kode UMKM", "id", required=True, note="Misalnya umkm-01. Hanya di baris pertama UMKM; di bawahnya kosong."),
    Heading("Nama UMKM", "name", required=True, width=26),
    Heading("Usaha", "trade", note="Misalnya katering."),
    Heading("Skala", "scale"),
    Heading("Kapasitas sehari", "capacity", note="Porsi sehari, misalnya 450. Wajib bila menawarkan hidangan."),
    Heading("Hari kerja", "days", width=26, note="Dipisah koma; kosong berarti senin sampai jumat."),
    Heading("Waktu pesan", "lead_time", note="Berapa hari sebelumnya harus dipesan, misalnya 1."),
    Heading("Waktu antar", "delivery", width=26, note="Menit ke tiap lembaga: sd-1: 20; sd-2: 15."),
    Heading("Bagian terkecil", "share min", note="Bagian dari nilai pesanan, misalnya 2 %."),
    Heading("Bagian terbesar", "share max", note="Bagian dari nilai pesanan, misalnya 30 %."),
    Heading("Catatan", "note", width=26),
    Heading("Surat", "type", of_line=True, note="Jenis surat, misalnya slhs atau halal; satu surat satu baris."),
    Heading("Nomor surat", "number", of_line=True),
    Heading("Tanggal surat", "issued", of_line=True, note="Misalnya 2026-02-02."),
    Heading("Berlaku sampai", "expires", of_line=True, note="Misalnya 2028-02-02; kosong bila tidak disebut."),
    Heading("Hidangan", "dish", of_line=True, width=24, note="Kode resep, misalnya nasi-putih; satu hidangan satu baris."),
    Heading("Harga jual", "price", of_line=True, note="Rupiah per porsi standar, misalnya 2100 atau Rp2.100."),
    Heading("Biaya bahan", "ingredients", of_line=True, note="Rupiah per porsi standar; kosong bila tidak diketahui."),
    Heading("Tanggal harga", "priced_on", of_line=True, note="Misalnya 2026-02-02."),
    Heading("Dijual mulai", "from", of_line=True),
    Heading("Dijual sampai", "until", of_line=True),
    Heading("Hari jual", "offer days", of_line=True, note="Hanya bila lain dari hari kerja."),
    Heading("Pesanan terkecil", "minimum", of_line=True, note="Porsi, misalnya 25."),
)  # fmt: skip

KINDS: dict[str, tuple[Kind, str]] = {
    "capacity": ("figure", "portion"),
    "lead_time": ("figure", "day"),
    "share min": ("figure", ""),
    "share max": ("figure", ""),
    "price": ("figure", "IDR"),
    "ingredients": ("figure", "IDR"),
    "minimum": ("figure", "portion"),
    "days": ("words", ""),
    "offer days": ("words", ""),
    "delivery": ("minutes", "minute"),
    "issued": ("date", ""),
    "expires": ("date", ""),
    "priced_on": ("date", ""),
    "from": ("date", ""),
    "until": ("date", ""),
}
"""What a field holds, and the unit of a number that stands there without one; all others are texts."""

EXAMPLE: tuple[tuple[Value, ...], ...] = (
    ("umkm-contoh", "UMKM contoh", "katering", "kecil", 450, "senin, selasa, rabu, kamis, jumat", None, None, None, "30 %",
     "Contoh; hapus baris ini", "slhs", "CONTOH-01", "2025-08-11", "2028-08-11", "nasi-putih", 2100, 1280, "2025-12-27",
     None, None, None, None),
    (*[None] * 11, "halal", "CONTOH-H-01", "2024-11-20", None, "capcay", 2350, 1410, "2025-12-27", None, None, None, None),
)  # fmt: skip

ADVICE = (
    "Baris pertama sebuah UMKM memuat kode, nama, kapasitas, dan seterusnya; kolom itu dikosongkan di baris berikutnya.",
    "Satu baris memuat paling banyak satu surat dan satu hidangan; surat dan hidangan di satu baris tidak saling terkait.",
    "Tanggal ditulis 2026-02-02, atau sebagai tanggal Excel.",
    "Rumus tidak dibaca: salin hasilnya sebagai nilai.",
    "Kosong berarti tidak diketahui, bukan nol.",
    "Hapus UMKM contoh sebelum dipakai.",
)


def choices(field: str) -> tuple[str, ...]:
    """The words that a column offers; none for a column that is free."""
    return SCALES if field == "scale" else ()


def write_supplier_template(path: str | Path) -> None:
    """Write the empty spreadsheet of UMKM with headings, notes and an example; see `read_suppliers`.

    Needs the extra `excel`. Raises OSError when the file cannot be written.
    """
    write_headed(path, SHEET, HEADINGS, EXAMPLE, ADVICE, choices)
