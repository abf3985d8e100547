"""Kinds of the group metrics.k8s.io, which a metrics-server behind the API server would answer for: one file for each.

Here may also live the model of what simulated containers and nodes use.
"""
