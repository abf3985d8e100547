"""Kinds of the group autoscaling: one file for each."""
