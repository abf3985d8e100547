"""The node lifecycle controller: which nodes have fallen silent, and the taints that say so.

May live here: the health of nodes, the state of zones, taints that follow from conditions; the controller that writes them. What
happens to pods on tainted nodes is taint eviction's.
"""
