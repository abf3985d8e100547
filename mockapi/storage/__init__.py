"""What is kept: an append-only log of changes, the latest value of each object, unique allocations, and the cache that follows the log.

The only room that knows of SQL. It knows objects as keys and bytes; what they mean is the registry's affair.
"""
