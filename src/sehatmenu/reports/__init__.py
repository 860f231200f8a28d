"""Faces: what was found and planned, as plain text and as pages to open or print."""
