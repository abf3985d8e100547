"""The Job controller, the Jobs' bookkeeping about pods, and what other controllers ask about Jobs (facts.py)."""
