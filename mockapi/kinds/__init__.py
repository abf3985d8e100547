"""What is served: one module or package for each kind, in a folder for its API group.

A module that declares a kind has a module-level `KIND`; the catalogue is made by walking this package and collecting them.
Here may live declarations, strategies, columns and the handlers of a kind's own subresources; nothing that runs by itself.
"""
