"""Working together: what a district, its UMKM, schools and puskesmas record, judged and fed back into the plan."""
