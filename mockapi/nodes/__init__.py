"""The simulated machines: the nodes of pools with their heartbeats, and kubelets that take pods through their lives.

They act through the client, as controllers do. What a node or a pod's status looks like is kept here, pure, beside what writes it;
what users say of it in objects (image rules, stages, faults) is read here, too.
"""
