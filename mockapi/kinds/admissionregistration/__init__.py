"""Kinds of the group admissionregistration.k8s.io, and the rules that they share; `mockapi.registry.dynamic` is what puts them to use."""
