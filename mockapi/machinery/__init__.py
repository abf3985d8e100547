"""Pure rules of the Kubernetes API: clock, identity, metadata, errors, selectors, quantities, names.

Only the standard library may be imported here; nothing here knows of storage, HTTP or a particular kind.
"""
