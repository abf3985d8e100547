"""The Deployment controller: one look at a Deployment (`controller`, `sync`), and what it decides by, as pure functions.

Limits and sizes in `rollout`, which ReplicaSet is which in `replicasets`, annotations and history in `revision`, status in `status`.
"""
