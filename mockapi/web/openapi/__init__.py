"""OpenAPI v3 documents, one for each group version, made from the published definitions and from the kinds."""
