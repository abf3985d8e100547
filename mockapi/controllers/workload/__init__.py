"""What the workload controllers share: facts about pods, making and deleting them, claiming, deletion order, status conditions.

No controllers live here.
"""
