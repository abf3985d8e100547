"""The kind Pod: its declaration, strategy, columns, rules of updates and subresources.

What workload templates need too lives in `mockapi.kinds.podspec`.
"""
