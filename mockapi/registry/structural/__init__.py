"""Structural schemas of custom resources (apiextensions.k8s.io/v1 JSONSchemaProps): pruning, defaulting and validation of values.

Everything here is derived from one schema and turned into functions once. That a schema itself is well-formed is checked where
definitions are accepted, in `mockapi.kinds.apiextensions`; rules in CEL live in `mockapi.registry.cel`.
"""
