"""Visits as rows, objects, files and summaries; events as feeds; evidence as a bag."""
