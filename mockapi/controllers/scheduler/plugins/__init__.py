"""The rules of placing, one file for each plugin or family of plugins of kube-scheduler's default profile.

A plugin keeps pods off nodes (filters), prefers some nodes to others (scores), or both. It reads the snapshot and changes nothing.
"""
