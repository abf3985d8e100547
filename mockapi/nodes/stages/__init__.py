"""The built-in stages as YAML, one file for each kind of subject; no code. How to read them: docs/simulation.md."""
