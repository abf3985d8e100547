"""What a resource is and what happens to one: kinds and their strategies, the write pipeline, admission, patches,
lists, watches, deletion, tables and the in-process client.

Nothing here knows of a particular kind (they are declared in `mockapi.kinds`), of HTTP or of SQL.
"""
