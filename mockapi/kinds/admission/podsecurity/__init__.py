"""The Pod Security Standards (KEP-2579): the checks, which of them a level and a version have, and the plugin that asks them."""
