"""OpenAPI documents, made from the published definitions and from the kinds: v3 for each group version, v2 for all together."""
