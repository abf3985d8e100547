"""The group simulation.mockapi.dev: one file for each kind that sets how the cluster is simulated, and what they share.

Kubernetes does not know these kinds, so they bring schemas of their own, written as those of CustomResourceDefinitions are.
"""
