"""The StatefulSet controller: who a pod is (`identity`), its `claims`, what one round does (`rounds`), the status, and the controller."""
