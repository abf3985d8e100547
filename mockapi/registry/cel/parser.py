"""From the text of an expression to its syntax tree: the grammar of the CEL specification with optional syntax, macros expanded."""

from __future__ import annotations

from collections.abc import Callable

from mockapi.registry.cel.syntax import (
    Bound,
    Call,
    ExpressionError,
    Fold,
    Ident,
    ListOf,
    Literal,
    MapOf,
    Message,
    Node,
    Select,
    qualified_name,
)
from mockapi.registry.cel.tokens import Token, tokens_of
from mockapi.registry.cel.values import UInt

_LEVELS = (("||",), ("&&",), ("<", "<=", ">=", ">", "==", "!=", "in"), ("+", "-"), ("*", "/", "%"))
_OPERATORS = {"in": "@in", **{name: f"_{name}_" for level in _LEVELS for name in level if name != "in"}}
_KEYWORDS = "as break const continue else for function if import let loop package namespace return var void while in"
_RESERVED = frozenset(_KEYWORDS.split())
_EXPECTED = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}"
_INT64 = range(-(2**63), 2**63)

# How many arguments the macros over ranges take: names first, then expressions.
_FOLDS = {
    "all": {2: 1, 3: 2}, "exists": {2: 1, 3: 2}, "exists_one": {2: 1}, "existsOne": {2: 1, 3: 2}, "map": {2: 1, 3: 1}, "filter": {2: 1},
    "transformList": {3: 2, 4: 2}, "transformMap": {3: 2, 4: 2}, "transformMapEntry": {3: 2, 4: 2},
}  # fmt: skip


def parse(text: str) -> Node:
    """The tree of an expression. ExpressionError."""
    try:
        return _Parser(text).whole()
    except RecursionError as failure:
        raise ExpressionError(text, [(0, "expression recursion limit exceeded: 250")]) from failure


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens_of(text)
        self._position = 0

    def whole(self) -> Node:
        node = self._expression()
        if self._token.kind != "end":
            raise self._error(self._token, f"extraneous input '{self._token.text}' expecting <EOF>")
        return node

    @property
    def _token(self) -> Token:
        return self._tokens[self._position]

    def _take(self, *texts: str) -> Token | None:
        """The next token, if it is one of these operators or words."""
        token = self._token
        if token.kind in {"op", "ident"} and token.text in texts:
            self._position += 1
            return token
        return None

    def _need(self, text: str) -> Token:
        token = self._take(text)
        if token is None:
            raise self._error(self._token, f"mismatched input '{self._token.text}' expecting '{text}'")
        return token

    def _error(self, token: Token, message: str) -> ExpressionError:
        return ExpressionError(self._text, [(token.at, f"Syntax error: {message}")])

    def _expression(self) -> Node:
        condition = self._binary(0)
        mark = self._take("?")
        if mark is None:
            return condition
        then = self._binary(0)
        self._need(":")
        return Call(mark.at, "_?_:_", [condition, then, self._expression()])

    def _binary(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._unary()
        node = self._binary(level + 1)
        while (operator := self._take(*_LEVELS[level])) is not None:
            node = Call(operator.at, _OPERATORS[operator.text], [node, self._binary(level + 1)])
        return node

    def _unary(self) -> Node:
        operator = self._take("!", "-")
        if operator is None:
            return self._member()
        following = self._token
        if operator.text == "-" and following.kind == "literal" and type(following.value) in {int, float}:
            return self._member(negative=operator)
        return Call(operator.at, "!_" if operator.text == "!" else "-_", [self._unary()])

    def _member(self, negative: Token | None = None) -> Node:
        node = self._primary(negative)
        while True:
            if dot := self._take("."):
                node = self._dotted(node, dot)
            elif bracket := self._take("["):
                optional = self._take("?") is not None
                node = Call(bracket.at, "_[?_]" if optional else "_[_]", [node, self._expression()])
                self._need("]")
            elif (name := qualified_name(node)) and (brace := self._take("{")):
                node = self._message(name, brace)
            else:
                return node

    def _dotted(self, operand: Node, dot: Token) -> Node:
        optional = self._take("?") is not None
        name = self._token
        if name.kind != "ident" and name.text not in {"true", "false", "null"}:
            raise self._error(name, f"mismatched input '{name.text}' expecting IDENTIFIER")
        self._position += 1
        opening = None if optional else self._take("(")
        if opening is None:
            return Select(dot.at, operand, name.text.strip("`"), optional=optional)
        return self._method(operand, name.text, opening)

    def _method(self, target: Node, name: str, opening: Token) -> Node:
        args = self._arguments(")")
        if name in _FOLDS and len(args) in _FOLDS[name]:
            count = _FOLDS[name][len(args)]
            return Fold(opening.at, name, target, [self._variable(arg) for arg in args[:count]], args[count:])
        if name in {"optMap", "optFlatMap"} and len(args) == 2:
            return Bound(opening.at, name, target, self._variable(args[0]), args[1])
        return Call(opening.at, name, args, target)

    def _variable(self, node: Node) -> str:
        if not isinstance(node, Ident):
            raise ExpressionError(self._text, [(node.at, "argument must be a simple name")])
        return node.name

    def _primary(self, negative: Token | None) -> Node:
        token = self._token
        self._position += 1
        if token.kind == "literal":
            return self._literal(token, negative)
        builders: dict[str, Callable[[Token], Node]] = {"(": self._grouped, "[": self._list, "{": self._map, ".": self._rooted}
        if token.kind == "op" and token.text in builders:
            return builders[token.text](token)
        if token.kind == "ident":
            return self._name(token)
        raise self._error(token, f"mismatched input '{token.text}' expecting {_EXPECTED}")

    def _literal(self, token: Token, negative: Token | None) -> Node:
        value = -token.value if negative is not None else token.value
        if type(value) is int and value not in _INT64:
            raise self._error(token, "invalid int literal")
        if isinstance(value, UInt) and value >= 2**64:
            raise self._error(token, "invalid uint literal")
        return Literal(negative.at if negative is not None else token.at, value)

    def _grouped(self, _opening: Token) -> Node:
        node = self._expression()
        self._need(")")
        return node

    def _rooted(self, _dot: Token) -> Node:
        token = self._token
        self._position += 1
        return self._name(token)

    def _name(self, token: Token) -> Node:
        if token.text in _RESERVED:
            raise self._error(token, f"reserved identifier: {token.text}")
        opening = self._take("(")
        if opening is None:
            return Ident(token.at, token.text)
        args = self._arguments(")")
        if token.text == "has":
            return self._presence(args, opening)
        return Call(opening.at, token.text, args)

    def _presence(self, args: list[Node], opening: Token) -> Node:
        if len(args) != 1 or not isinstance(args[0], Select):
            at = args[0].at if args else opening.at
            raise ExpressionError(self._text, [(at, "invalid argument to has() macro")])
        args[0].test = True
        return args[0]

    def _arguments(self, closing: str) -> list[Node]:
        args: list[Node] = []
        if self._take(closing):
            return args
        while True:
            args.append(self._expression())
            if self._take(closing):
                return args
            self._need(",")

    def _list(self, opening: Token) -> Node:
        found: list[Node] = []
        optional: set[int] = set()
        while not self._take("]"):
            if self._take("?"):
                optional.add(len(found))
            found.append(self._expression())
            if not self._take(","):
                self._need("]")
                break
        return ListOf(opening.at, found, frozenset(optional))

    def _map(self, opening: Token) -> Node:
        entries: list[tuple[Node, Node, bool]] = []
        while not self._take("}"):
            optional = self._take("?") is not None
            key = self._expression()
            self._need(":")
            entries.append((key, self._expression(), optional))
            if not self._take(","):
                self._need("}")
                break
        return MapOf(opening.at, entries)

    def _message(self, name: str, opening: Token) -> Node:
        entries: list[tuple[str, Node, bool]] = []
        while not self._take("}"):
            optional = self._take("?") is not None
            field = self._token
            if field.kind != "ident":
                raise self._error(field, f"mismatched input '{field.text}' expecting IDENTIFIER")
            self._position += 1
            self._need(":")
            entries.append((field.text.strip("`"), self._expression(), optional))
            if not self._take(","):
                self._need("}")
                break
        return Message(opening.at, name, entries)
