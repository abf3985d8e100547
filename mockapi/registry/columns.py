"""Columns that the tables of nearly all kinds have."""

from __future__ import annotations

from dataclasses import replace

from mockapi.registry.kind import Column
from mockapi.registry.printing import age, name

NAME = Column("Name", name, format="name", documented_by="metadata.name")
AGE = Column("Age", age, documented_by="metadata.creationTimestamp")
AGE_AS_DATE = replace(AGE, type="date")
