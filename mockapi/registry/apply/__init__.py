"""Who owns which field: the field sets of metadata.managedFields (KEP-555) and what writes of any kind make of them.

Here belongs the pure engine: sets, types derived from definitions, updates, applies and the conflicts between managers. It knows neither
requests nor storage; `registry.ownership` joins it to them.
"""
