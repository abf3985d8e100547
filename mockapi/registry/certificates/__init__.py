"""Certificates (X.509): the cluster's own authority, what a request asks for, and what the built-in signers require of it.

Nothing here is imported before there is a request: the library (cryptography) takes time to load.
"""
