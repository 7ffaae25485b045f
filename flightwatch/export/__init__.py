"""Visits as rows, files and summaries."""
