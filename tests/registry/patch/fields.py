"""A schema for the tests: what the published definitions say of some fields of Deployment and Service."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Field:
    """A PatchMeta written by hand."""

    strategies: tuple[str, ...] = ()
    merge_key: str | None = None
    is_list: bool = False
    is_map: bool = False
    fields: dict[str, Field] = field(default_factory=dict)

    def child(self, name: str) -> Field:
        return self.fields.get(name, ATOM)

    def item(self) -> Field:
        return Field(fields=self.fields)


def keyed(key: str, **fields: Field) -> Field:
    return Field(("merge",), key, is_list=True, fields=fields)


def struct(**fields: Field) -> Field:
    return Field(fields=fields)


ATOM = Field()
WORDS = Field(("merge",), is_list=True)
CONTAINERS = keyed("name", env=keyed("name"), ports=keyed("containerPort"), volumeMounts=keyed("mountPath"))
POD_SPEC = struct(containers=CONTAINERS, volumes=Field(("merge", "retainKeys"), "name", is_list=True), tolerations=Field(is_list=True))
DEPLOYMENT = struct(
    metadata=struct(finalizers=WORDS),
    spec=struct(strategy=Field(("retainKeys",)), template=struct(spec=POD_SPEC)),
)
SERVICE = struct(spec=struct(ports=keyed("port"), externalIPs=Field(is_list=True), sessionAffinityConfig=Field(("replace",))))
