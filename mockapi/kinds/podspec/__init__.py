"""What Pod and every workload with a pod template share: defaults, rules, quality of service and cells of a PodSpec.

Nothing here is a kind of its own, and nothing here knows which kind holds the spec.
"""
