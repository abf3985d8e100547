"""Kinds of the group policy: one file for each."""
