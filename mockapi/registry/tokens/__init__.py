"""Tokens of service accounts: the key that signs them, what they say, and whether one holds.

Nothing but the names is imported before there is a token: the libraries (PyJWT with cryptography) take time to load.
"""
