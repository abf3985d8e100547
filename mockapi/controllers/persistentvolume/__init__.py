"""Volumes and claims: what they say of each other (`facts`, `matching`, `plugins`), where they are found (`store`), binding them
(`binding`, `claims`, `volumes`, `binder`), and making, growing and removing volumes (`provisioner`, `resizer`).
"""
