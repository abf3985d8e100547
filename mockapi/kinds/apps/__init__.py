"""Kinds of the group apps, one module each with a module-level KIND, and what these share."""
