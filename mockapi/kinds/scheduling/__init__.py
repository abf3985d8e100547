"""Kinds of the group scheduling.k8s.io: one file for each."""
