"""Spreadsheets as people fill them: cells, headings and forms, and the doors to workbooks and data frames."""
