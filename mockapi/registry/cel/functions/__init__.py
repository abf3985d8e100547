"""The functions of expressions, a module for each library: those of the language, its extensions, and those of Kubernetes."""
