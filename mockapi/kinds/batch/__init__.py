"""Kinds of the group batch: one file for each."""
