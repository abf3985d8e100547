"""Kinds of the core group (`/api/v1`), one module or package each, with a module-level KIND."""
