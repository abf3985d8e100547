"""The network of the simulated cluster as a pure model: who can reach whom, by which hops, and where a request comes out.

Here may live functions of objects and addresses. No sockets, no HTTP, no database, and nothing of how objects are stored.
"""
