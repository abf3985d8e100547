"""The Common Expression Language, in the dialect of x-kubernetes-validations: parsing, type checking against a schema, evaluation.

It is written out here because no library speaks this dialect: those published for Python do not check types against a schema, know no
optional values and no comparisons between kinds of numbers, and word their errors differently. Nothing here is loaded before there is
a rule. Here belongs the language and its functions; what a rule's outcome means for an object is in `rules`.
"""
