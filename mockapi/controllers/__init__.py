"""Controllers, one file each: level-triggered reconciliation of one kind's objects through the client.

A controller that needs a computation of some size keeps it, pure, in a file beside it. Nothing here knows of HTTP or SQL.
"""
