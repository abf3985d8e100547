"""The API over HTTP: routing, negotiation, bodies, streams, discovery, OpenAPI and health. The only room that imports Flask.

Here belongs what depends on HTTP alone; what a request means for objects is the registry's affair.
"""
