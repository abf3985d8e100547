"""The hooks of Service, in the order in which a write passes them."""

from __future__ import annotations

from collections.abc import Mapping

from mockapi.kinds.core.service import allocation, load_balancer, transitions
from mockapi.kinds.core.service.addressing import IPV4, complete_families
from mockapi.kinds.core.service.defaults import default_service, drop_ignored
from mockapi.kinds.core.service.rehearsal import rehearsed
from mockapi.kinds.core.service.rules import spec_errors
from mockapi.kinds.core.service.status import status_errors
from mockapi.kinds.core.service.updates import update_errors
from mockapi.kinds.core.service.warnings import service_warnings
from mockapi.machinery import errors, names
from mockapi.machinery.fielderrors import FieldError
from mockapi.machinery.meta import Object, name_of
from mockapi.registry.request import Request
from mockapi.registry.strategy import Allocator, Strategy, zero_filled

# The service network of Cluster is IPv4, so services of the cluster have one family.
_FAMILIES = (IPV4,)


class ServiceStrategy(Strategy):
    """Rules of core/v1 Service."""

    name_rule = staticmethod(names.dns1123_label)
    create_on_update = True
    returns_deleted = True
    has_status = True

    def default(self, obj: Object) -> None:
        default_service(obj)

    def prepare_for_create(self, obj: Object, request: Request) -> None:
        self._prepare(obj, None)

    def prepare_for_update(self, obj: Object, old: Object, request: Request) -> None:
        transitions.keep_allocated_values(obj["spec"], old["spec"])
        self._prepare(obj, old)
        transitions.drop_fields_of_left_type(obj, old)

    @staticmethod
    def _prepare(obj: Object, old: Object | None) -> None:
        spec, before = obj["spec"], old["spec"] if old else None
        transitions.align_cluster_ips(spec, before)
        if found := complete_families(spec, before, _FAMILIES):
            raise errors.invalid("Service", "", name_of(obj), found)
        drop_ignored(spec)

    def validate(self, obj: Object, request: Request) -> list[FieldError]:
        if spec_errors(obj, None) or self.validate_metadata(obj, True):
            return spec_errors(rehearsed(obj, None, request), None)
        return []

    def validate_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        return self._update_errors(rehearsed(obj, old, request), old) if self._update_errors(obj, old) else []

    def _update_errors(self, obj: Object, old: Object) -> list[FieldError]:
        return [*update_errors(obj["spec"], old["spec"]), *self.validate_metadata(obj, True), *spec_errors(obj, old)]

    def validate_status_update(self, obj: Object, old: Object, request: Request) -> list[FieldError]:
        return status_errors(obj, old)

    def warnings(self, obj: Object, old: Object | None) -> list[str]:
        return list(service_warnings(obj))

    def allocate(self, obj: Object, old: Object | None, allocator: Allocator, request: Request) -> None:
        allocation.allocate(obj, old, allocator, request)
        load_balancer.allocate(obj, old, allocator)

    def release(self, obj: Object, allocator: Allocator) -> None:
        allocation.release(obj, allocator)
        load_balancer.release(obj, allocator)

    def selectable_fields(self, obj: Object) -> Mapping[str, str]:
        return zero_filled({f"spec.{field}": obj["spec"].get(field) for field in ("clusterIP", "type")})
