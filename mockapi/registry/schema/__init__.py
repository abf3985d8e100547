"""The types of the API, read from the published OpenAPI definitions: decoding as the real server decodes, and what patches ask of fields.

Here belongs what is derived from a definition, or from the text of a body before its kind matters: definitions, decoders, quantities and
times in their canonical text, merge keys, duplicate fields, syntax errors. Defaults and validation are rules of a kind: not here.
"""
