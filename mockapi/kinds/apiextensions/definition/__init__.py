"""apiextensions.k8s.io/v1 CustomResourceDefinition: its declaration, hooks and rules; those of schemas are in `schemas`."""
