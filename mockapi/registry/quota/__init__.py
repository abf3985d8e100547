"""What objects count against a ResourceQuota, shared by admission, which charges them, and the controller, which counts them.

Only rules that follow from objects alone: who reads and writes quotas is elsewhere.
"""
