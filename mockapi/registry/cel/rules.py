"""Rules of a schema (x-kubernetes-validations): compiled once, then asked of every object (KEP-2876, KEP-4008)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from mockapi.machinery import fielderrors
from mockapi.machinery.fielderrors import FieldError, Path
from mockapi.machinery.meta import Object
from mockapi.registry.cel.declarations import Convert, converter, type_of_schema
from mockapi.registry.cel.program import Program, compile_expression
from mockapi.registry.cel.syntax import ExpressionError
from mockapi.registry.cel.types import BOOL, DYN, STRING, Type, optional
from mockapi.registry.cel.values import NONE, EvaluationError, Maybe
from mockapi.registry.structural import shape
from mockapi.registry.structural.fieldpaths import FieldPathError, field_at
from mockapi.registry.structural.listtypes import frozen, identity
from mockapi.registry.structural.outcome import ABSENT, NOWHERE
from mockapi.registry.structural.shape import Schema, has_rules, is_embedded

_LONGEST_MESSAGE = 5 * 1024


class CompiledRule:
    """One rule. `problem` and `message_problem` say why its expressions cannot be used, in the real server's words."""

    def __init__(self, schema: Schema, declared: Object, kind: Type) -> None:
        self._schema = schema
        self._declared = declared
        self.problem = self.message_problem = ""
        self.uses_old = False
        self._holds: Program | None = None
        self._message: Program | None = None
        self._compile(kind)

    @property
    def takes_absent_old(self) -> bool:
        """Whether the rule is asked also where there is no old value (optionalOldSelf)."""
        return bool(self._declared.get("optionalOldSelf"))

    def _compile(self, kind: Type) -> None:
        variables = {"self": kind, "oldSelf": optional(kind) if self.takes_absent_old else kind}
        try:
            program = compile_expression(self._declared["rule"], variables)
        except ExpressionError as failure:
            self.problem = f"compilation failed: {failure}"
            return
        self.uses_old = "oldSelf" in program.names
        if program.type not in {BOOL, DYN}:
            self.problem = "cel expression must evaluate to a bool"
            return
        self._holds = program
        self._compile_message(variables)

    def _compile_message(self, variables: dict[str, Type]) -> None:
        text = self._declared.get("messageExpression", "")
        if not text.strip():
            return
        try:
            program = compile_expression(text, variables)
        except ExpressionError as failure:
            self.message_problem = f"messageExpression compilation failed: {failure}"
            return
        if program.type not in {STRING, DYN}:
            self.message_problem = "messageExpression must evaluate to a string"
        else:
            self._message = program

    def error(self, variables: Object, value: Any, path: Path | None) -> FieldError | None:
        """What is wrong with a value; None when the rule holds."""
        if self._holds is None:
            return _invalid(path, self._schema.get("type", ""), f"rule compile error: {self.problem}")
        try:
            if self._holds.evaluate(variables) is True:
                return None
        except EvaluationError as failure:
            return _invalid(path, self._schema.get("type", ""), self._failed(str(failure)))
        return self._refusal(_below(path, self._field), value, self._text(variables))

    def _failed(self, reason: str) -> str:
        if reason.startswith("no such overload"):
            what = "call arguments did not match a supported operator, function or macro signature for rule"
            return f"'{reason}': {what}: {self._name}"
        return f"{reason} evaluating rule: {self._name}"

    @property
    def _name(self) -> str:
        return str(self._declared.get("message") or self._declared["rule"]).strip()

    @cached_property
    def _field(self) -> str:
        """The place below the value that the rule is about."""
        try:
            return field_at(self._declared.get("fieldPath") or "", self._schema).path
        except FieldPathError:
            return ""

    def _text(self, variables: Object) -> str:
        if self._message is not None:
            try:
                message = self._message.evaluate(variables)
            except EvaluationError:
                message = None
            if isinstance(message, str) and message.strip() and "\n" not in message.strip() and len(message) <= _LONGEST_MESSAGE:
                return message.strip()
        return self._name if self._declared.get("message") else f"failed rule: {self._name}"

    def _refusal(self, path: str, value: Any, detail: str) -> FieldError:
        match self._declared.get("reason"):
            case "FieldValueForbidden":
                return fielderrors.forbidden(path, detail)
            case "FieldValueRequired":
                return fielderrors.required(path, detail)
            case "FieldValueDuplicate":
                return fielderrors.duplicate(path, value)
        if self._schema.get("type") in {"object", "array"}:
            return FieldError("FieldValueInvalid", path, f"Invalid value: {detail}")
        return fielderrors.invalid(path, value, detail)


def compiled(schema: Schema, rule: Object, *, object_root: bool) -> CompiledRule:
    """A rule of a schema; `object_root` says that the schema is that of a whole object of the API."""
    return CompiledRule(schema, rule, type_of_schema(schema, "selfType", object_root=object_root) or DYN)


class Rules:
    """All rules of a schema and of those within it."""

    def __init__(self, schema: Schema, *, object_root: bool = True) -> None:
        self._schema = schema
        self._object_root = object_root

    @cached_property
    def _here(self) -> list[CompiledRule]:
        given = self._schema.get("x-kubernetes-validations") or ()
        return [compiled(self._schema, rule, object_root=self._object_root) for rule in given]

    @cached_property
    def _convert(self) -> Convert:
        return converter(self._schema, object_root=self._object_root)

    @cached_property
    def _fields(self) -> dict[str, Rules]:
        return {name: _rules(inner) for name, inner in shape.properties(self._schema).items() if has_rules(inner)}

    @cached_property
    def _rest(self) -> Rules | None:
        return _optional(shape.values(self._schema))

    @cached_property
    def _items(self) -> Rules | None:
        return _optional(shape.items(self._schema))

    @cached_property
    def _also(self) -> list[Rules]:
        """The rules within allOf judge the same value; its shape is that of the schema around them."""
        judging = (inner for inner in self._schema.get("allOf") or () if inner.get("x-kubernetes-validations"))
        return [Rules({**self._schema, "allOf": [], "x-kubernetes-validations": inner["x-kubernetes-validations"]}) for inner in judging]

    def errors(self, obj: Object, old: Object | None, warn: Callable[[str], None]) -> list[FieldError]:
        """What is wrong with a whole object. What an update leaves as wrong as it was is only warned of."""
        return list(self.check(obj, ABSENT if old is None else old, None, warn, unchanged=False))

    def check(self, value: Any, old: Any, path: Path | None, warn: Callable[[str], None], *, unchanged: bool) -> Iterator[FieldError]:
        """The errors of a value at a path; `old` is ABSENT where nothing corresponds to it.

        `unchanged` says that the last part around it that does correspond to an old one is equal to that.
        """
        if value is None:
            return
        same = unchanged if old is ABSENT else old == value
        yield from self._own_errors(value, old, path, warn, same)
        for also in self._also:
            yield from also._own_errors(value, old, path, warn, same)
        if isinstance(value, list) and self._items is not None:
            yield from self._item_errors(self._items, value, old, path, warn, same)
        elif isinstance(value, dict):
            before = old if isinstance(old, dict) else {}
            for name in sorted(value):
                rules = self._fields.get(name) or (self._rest if name not in shape.properties(self._schema) else None)
                if rules is not None:
                    place = Path(path or "").key(name) if rules is self._rest else Path(path or "").child(name)
                    yield from rules.check(value[name], before.get(name, ABSENT), place, warn, unchanged=same)

    def _item_errors(
        self, rules: Rules, value: list[Any], old: Any, path: Path | None, warn: Callable[[str], None], same: bool
    ) -> Iterator[FieldError]:
        """Only items of lists of the type map correspond to old ones."""
        before: dict[str, Any] = {}
        if self._schema.get("x-kubernetes-list-type") == "map" and isinstance(old, list):
            before = {frozen(identity(self._schema, item)): item for item in old}
        for position, item in enumerate(value):
            counterpart = before.get(frozen(identity(self._schema, item)), ABSENT) if before else ABSENT
            yield from rules.check(item, counterpart, Path(path or "").item(position), warn, unchanged=same)

    def _own_errors(self, value: Any, old: Any, path: Path | None, warn: Callable[[str], None], same: bool) -> Iterator[FieldError]:
        if not self._here:
            return
        now = self._convert(value)
        before = ABSENT if old is ABSENT or old is None else self._convert(old)
        for rule in self._here:
            if rule.uses_old and before is ABSENT and not rule.takes_absent_old:
                continue
            variables = {"self": now}
            if rule.takes_absent_old:
                variables["oldSelf"] = NONE if before is ABSENT else Maybe(True, before)
            elif before is not ABSENT:
                variables["oldSelf"] = before
            error = rule.error(variables, value, path)
            if error is None:
                continue
            if same and not rule.uses_old:
                warn(str(error))
            else:
                yield error


def _rules(schema: Schema) -> Rules:
    return Rules(schema, object_root=is_embedded(schema))


def _optional(schema: Schema | None) -> Rules | None:
    return _rules(schema) if schema is not None and has_rules(schema) else None


def _below(path: Path | None, field: str) -> str:
    if not field:
        return path or NOWHERE
    return f"{path}.{field}" if path else field


def _invalid(path: Path | None, value: Any, detail: str) -> FieldError:
    return fielderrors.invalid(path or NOWHERE, value, detail)
