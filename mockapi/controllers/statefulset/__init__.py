"""The StatefulSet controller: who a pod is (`identity`), what one round does (`rounds`), the status, and the controller itself."""
