"""The simulated machines: the pool of nodes with their heartbeats, and kubelets that take pods through their lives.

They act through the client, as controllers do. What a node or a pod's status looks like is kept here, pure, beside what writes it.
"""
