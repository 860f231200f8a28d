"""Transcripts: recipes as people have them, on a page, in a message or a table, turned into recipe documents with places."""
