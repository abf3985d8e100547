"""Rules of the schemas in definitions (apiextensions.k8s.io/v1 JSONSchemaProps): which are structural, and what in them makes sense."""
