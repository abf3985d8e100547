"""The engine of stages: what a stage is, how it is read from YAML, which is due next and what it changes.

Pure, and the same for every kind. What a pod's stages may ask and do lives in `mockapi.nodes.pods`, the stages themselves in
`mockapi.nodes.stages`.
"""
