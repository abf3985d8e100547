"""The HorizontalPodAutoscaler controller: when it looks (`controller`), one look (`round`), its `target`, and the `readings` of pods.

What it decides by are pure functions: how many replicas usage asks for (`calculation`, for each metric in `proposals`), and how many of
them may come or go now (`limits`), by what was recommended and done of late (`history`). Which pods are whose is in `selecting`.
"""
