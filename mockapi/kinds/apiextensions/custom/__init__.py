"""Custom resources: how the kinds that CustomResourceDefinitions define are read, stored, checked and shown."""
