"""A resource is a declaration: from a Kind derive its routes, discovery entries, tables and client calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mockapi.machinery.meta import Object, Objects
from mockapi.registry.strategy import Strategy

if TYPE_CHECKING:
    from mockapi.registry.codec import Codec
    from mockapi.registry.conversion import Conversion
    from mockapi.registry.schema.definitions import Definitions
    from mockapi.registry.subresource import Handler, Subresource

ALL_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")


@dataclass(frozen=True)
class Column:
    """A column of the Table that kubectl prints.

    `cell` gets the object and the present time and returns a JSON value. A column of priority above 0 shows with `-o wide` only.
    `documented_by` is the path of the field whose documentation describes the column, in the version in which the kind is stored;
    other columns have a `description`.
    """

    name: str
    cell: Callable[[Object, datetime], Any]
    type: str = "string"
    format: str = ""
    priority: int = 0
    description: str = ""
    documented_by: str = ""

    def of(self, form: Callable[[Object], Object]) -> Column:
        """The column on objects of which it shows another form."""
        return replace(self, cell=lambda obj, now: self.cell(form(obj), now))


def _no_conditions(_obj: Object) -> Objects:
    return []


@dataclass(frozen=True)
class Kind:
    """One served resource: names, scope, verbs, how it is shown, and its strategy.

    `order` sorts the group's resources in no way: discovery lists a group's resources by plural name.
    """

    group: str
    version: str
    kind: str
    plural: str
    strategy: Strategy = field(default_factory=Strategy)
    namespaced: bool = True
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ALL_VERBS
    columns: tuple[Column, ...] = ()
    # Which TableRowConditions the row of an object has; none for most.
    row_conditions: Callable[[Object], Objects] = _no_conditions
    subresources: tuple[Subresource, ...] = ()
    # The warning that every answer about the kind carries: `v1 Endpoints is deprecated in v1.33+; use …`.
    deprecation: str = ""
    # The minor from which on it does; "" is always.
    deprecated_since: str = ""
    # Names that differ from the usual ones. None is the kind's name in lower case.
    singular_name: str | None = None
    list_name: str = ""
    # The JSON schema of a kind that the definitions of Kubernetes lack and that has no codec.
    schema: Object = field(default_factory=dict, hash=False, compare=False)
    # How custom resources are read and stored; None for built-in kinds.
    codec: Codec | None = None
    # Makes the codec of a kind that is built in but unknown to Kubernetes, whose schema it brings; `codec` is set where it is served.
    own_codec: Callable[[Definitions], Codec] | None = None
    # How a version of a built-in resource that is not the stored one is read and stored.
    conversion: Conversion | None = None
    # Who answers, by verb, for a kind of which nothing is stored; the answer to a list has the objects under `items`.
    handlers: tuple[tuple[str, Handler], ...] = ()

    @property
    def singular(self) -> str:
        """The singular name in discovery."""
        return self.kind.lower() if self.singular_name is None else self.singular_name

    @property
    def list_kind(self) -> str:
        """The kind of a list of these objects."""
        return self.list_name or f"{self.kind}List"

    @property
    def api_version(self) -> str:
        """`v1`, `apps/v1`."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def resource(self) -> str:
        """The resource's name across groups, as storage and the client know it: `services`, `deployments.apps`."""
        if self.conversion is not None:
            return self.conversion.hub.resource
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def is_stored(self) -> bool:
        """Whether this is the kind under which objects of the resource are stored."""
        return self.conversion is None and not self.handlers

    def handler(self, verb: str) -> Handler | None:
        """Who answers for a verb, if nothing is stored."""
        return dict(self.handlers).get(verb)

    def subresource(self, name: str) -> Subresource | None:
        """The subresource of that name, if there is one."""
        return next((sub for sub in self.subresources if sub.name == name), None)
