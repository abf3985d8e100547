"""What the endpoints controllers compute: from Services, Pods and Endpoints to subsets and slices.

Functions of plain objects; only `writer` writes, and nothing here watches or decides when to run.
"""
