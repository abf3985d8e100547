"""The patch formats: JSON patch, merge patch and strategic merge patch, each a function from an object and a patch to a new object.

Nothing here knows of kinds, requests or storage; what a strategic merge must know of fields comes through `PatchMeta`.
"""
