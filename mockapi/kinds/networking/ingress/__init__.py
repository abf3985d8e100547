"""networking.k8s.io/v1 Ingress: its declaration, rules of the spec and of the status, and columns."""
