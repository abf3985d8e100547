"""Expressions, compiled once and evaluated many times: the way into the language for all who use it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockapi.registry.cel.checker import check
from mockapi.registry.cel.evaluation import evaluator
from mockapi.registry.cel.parser import parse
from mockapi.registry.cel.syntax import Node, names_in
from mockapi.registry.cel.types import Messages, Type, no_messages
from mockapi.registry.cel.values import EvaluationError


class Program:
    """A checked expression. `type` is that of its value; `names` are the variables (and types) that it mentions."""

    def __init__(self, tree: Node, result: Type) -> None:
        self.type = result
        self.names = frozenset(names_in(tree))
        self._evaluate = evaluator(tree)

    def evaluate(self, bindings: Mapping[str, Any]) -> Any:
        """The value for these variables. EvaluationError, with the sentence of the real server."""
        try:
            return self._evaluate(dict(bindings))
        except (ArithmeticError, TypeError, ValueError) as failure:  # what Python's own types cannot do
            raise EvaluationError(str(failure)) from failure


def compile_expression(text: str, variables: Mapping[str, Type], messages: Messages = no_messages) -> Program:
    """The program of an expression in which these variables and messages are declared. ExpressionError, with all that is wrong."""
    tree = parse(text)
    return Program(tree, check(text, tree, variables, messages))
