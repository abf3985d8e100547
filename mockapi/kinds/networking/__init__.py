"""Kinds of the group networking.k8s.io, and the checks that they share."""
