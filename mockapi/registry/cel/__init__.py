"""The Common Expression Language as Kubernetes uses it: rules of custom resources, admission policies, match conditions of webhooks.

The language itself (parsing, checking, evaluating, the functions that Kubernetes adds) knows none of its users. They ask `program` to
compile an expression once, against variables declared by `types`, and evaluate the program with bindings, many times and in many
threads; what cannot be compiled or evaluated raises an error that has the sentence of the real server. `declarations` turns schemas
into types, and JSON into values; `rules` applies x-kubernetes-validations. Nothing here is imported before there is a rule or a policy.

Of the libraries on PyPI (2026-11) cel-expr-python has a checker with the real server's sentences, but holds no opaque values
(quantities, addresses, URLs, the authorizer), has no comprehensions of two variables, knows fields of protobuf messages only and has
no wheels for musl; cel-python and common-expression-language have no checker at all, and no optional values.
"""
