"""The Go types of fields, as decoding errors name them: `int32`, `[]v1.ServicePort`, `v1.Protocol`, `map[string]string`."""

from __future__ import annotations

from mockapi.registry.schema.definitions import Schema, go_type, json_type, reference, struct_name

_SCALARS = {"string": "string", "boolean": "bool", "number": "float64", "object": "map[string]interface {}"}
_INTEGERS = {"int32": "int32", "int64": "int64"}
_RESOURCES = "ResourceList"
_QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"

_NAMED = """
    *: imagePullPolicy=PullPolicy terminationMessagePolicy=TerminationMessagePolicy dnsPolicy=DNSPolicy preemptionPolicy=PreemptionPolicy
        protocol=Protocol accessModes=PersistentVolumeAccessMode volumeMode=PersistentVolumeMode mountPropagation=MountPropagationMode
        recursiveReadOnly=RecursiveReadOnlyMode persistentVolumeReclaimPolicy=PersistentVolumeReclaimPolicy ipMode=LoadBalancerIPMode
        failurePolicy=FailurePolicyType matchPolicy=MatchPolicyType sideEffects=SideEffectClass operations=OperationType
        reinvocationPolicy=ReinvocationPolicyType addressType=AddressType policyTypes=PolicyType pathType=PathType stopSignal=Signal
        concurrencyPolicy=ConcurrencyPolicy completionMode=CompletionMode podReplacementPolicy=PodReplacementPolicy procMount=ProcMountType
        podManagementPolicy=PodManagementPolicyType volumeBindingMode=VolumeBindingMode reclaimPolicy=PersistentVolumeReclaimPolicy
        fsGroupPolicy=FSGroupPolicy fsGroupChangePolicy=PodFSGroupChangePolicy unhealthyPodEvictionPolicy=UnhealthyPodEvictionPolicyType
        whenUnsatisfiable=UnsatisfiableConstraintAction nodeAffinityPolicy=NodeInclusionPolicy nodeTaintsPolicy=NodeInclusionPolicy
        selectPolicy=ScalingPolicySelect propagationPolicy=DeletionPropagation qosClass=PodQOSClass usages=KeyUsage
        supplementalGroupsPolicy=SupplementalGroupsPolicy seLinuxChangePolicy=PodSELinuxChangePolicy
        whenDeleted=PersistentVolumeClaimRetentionPolicyType whenScaled=PersistentVolumeClaimRetentionPolicyType
        capacity=ResourceList allocatable=ResourceList allocatedResources=ResourceList overhead=ResourceList podFixed=ResourceList
        hard=ResourceList used=ResourceList limits=ResourceList requests=ResourceList max=ResourceList min=ResourceList default=ResourceList
        defaultRequest=ResourceList maxLimitRequestRatio=ResourceList extra=ExtraValue
    ServiceSpec: type=ServiceType sessionAffinity=ServiceAffinity externalTrafficPolicy=ServiceExternalTrafficPolicy ipFamilies=IPFamily
        ipFamilyPolicy=IPFamilyPolicy internalTrafficPolicy=ServiceInternalTrafficPolicy
    Container: restartPolicy=ContainerRestartPolicy
    EphemeralContainer: restartPolicy=ContainerRestartPolicy
    ContainerResizePolicy: resourceName=ResourceName restartPolicy=ResourceResizeRestartPolicy
    PodSpec: restartPolicy=RestartPolicy
    PodStatus: phase=PodPhase resize=PodResizeStatus
    NamespaceStatus: phase=NamespacePhase
    NodeStatus: phase=NodePhase
    PersistentVolumeStatus: phase=PersistentVolumePhase
    PersistentVolumeClaimStatus: phase=PersistentVolumeClaimPhase
    PodCondition: type=PodConditionType status=ConditionStatus
    PodReadinessGate: conditionType=PodConditionType
    NodeCondition: type=NodeConditionType status=ConditionStatus
    NodeAddress: type=NodeAddressType
    NamespaceCondition: type=NamespaceConditionType status=ConditionStatus
    DeploymentCondition: type=DeploymentConditionType status=ConditionStatus
    ReplicaSetCondition: type=ReplicaSetConditionType status=ConditionStatus
    StatefulSetCondition: type=StatefulSetConditionType status=ConditionStatus
    DaemonSetCondition: type=DaemonSetConditionType status=ConditionStatus
    JobCondition: type=JobConditionType status=ConditionStatus
    CertificateSigningRequestCondition: type=RequestConditionType status=ConditionStatus
    PersistentVolumeClaimCondition: type=PersistentVolumeClaimConditionType status=ConditionStatus
    Condition: status=ConditionStatus
    Toleration: operator=TolerationOperator effect=TaintEffect
    Taint: effect=TaintEffect
    HostPathVolumeSource: type=HostPathType
    EmptyDirVolumeSource: medium=StorageMedium
    HTTPGetAction: scheme=URIScheme
    Capabilities: add=Capability drop=Capability
    SeccompProfile: type=SeccompProfileType
    AppArmorProfile: type=AppArmorProfileType
    NodeSelectorRequirement: operator=NodeSelectorOperator
    LabelSelectorRequirement: operator=LabelSelectorOperator
    Secret: type=SecretType
    LimitRangeItem: type=LimitType
    ResourceQuotaSpec: scopes=ResourceQuotaScope
    ScopedResourceSelectorRequirement: operator=ScopeSelectorOperator scopeName=ResourceQuotaScope
    NamespaceSpec: finalizers=FinalizerName
    ManagedFieldsEntry: operation=ManagedFieldsOperationType
    DeploymentStrategy: type=DeploymentStrategyType
    DaemonSetUpdateStrategy: type=DaemonSetUpdateStrategyType
    StatefulSetUpdateStrategy: type=StatefulSetUpdateStrategyType
    MetricSpec: type=MetricSourceType
    MetricTarget: type=MetricTargetType
    HPAScalingPolicy: type=HPAScalingPolicyType
    RuleWithOperations: scope=ScopeType
    ObjectMeta: uid=types.UID
    ObjectReference: uid=types.UID
    OwnerReference: uid=types.UID
    Preconditions: uid=types.UID
    StatusDetails: uid=types.UID
"""


def _named() -> dict[tuple[str, str], str]:
    names: dict[tuple[str, str], str] = {}
    struct = ""
    for word in _NAMED.split():
        if word.endswith(":"):
            struct = word[:-1]
        else:
            field, _, name = word.partition("=")
            names[struct, field] = name if "." in name else f"v1.{name}"
    return names


_NAMES = _named()


def field_type(struct: str, field: str, schema: Schema) -> str:
    """The Go type of a struct's field, pointers left aside."""
    return schema_type(schema, _NAMES.get((struct, field)) or _NAMES.get(("*", field), ""))


def item_name(struct: str, field: str) -> str:
    """The named string type of a field or of its items; "" when they are plain strings."""
    return _NAMES.get((struct, field)) or _NAMES.get(("*", field), "")


def schema_type(schema: Schema, named: str = "") -> str:
    """The Go type of a schema; `named` replaces its innermost `string`, or a map of quantities."""
    target = reference(schema)
    if target:
        return "int32" if struct_name(target) == "IntOrString" else go_type(target)
    kind = json_type(schema)
    if kind == "array":
        return _list_type(schema["items"], named)
    if kind == "object" and "additionalProperties" in schema:
        return _map_type(schema["additionalProperties"], named)
    if kind == "integer":
        return _INTEGERS.get(schema.get("format", ""), "int64")
    if kind == "string" and schema.get("format") == "byte":
        return "[]uint8"
    return named if named and kind == "string" else _SCALARS[kind]


def _list_type(items: Schema, named: str) -> str:
    return f"[]{schema_type(items, named)}"


def _map_type(values: Schema, named: str) -> str:
    if named.endswith(_RESOURCES) and reference(values) == _QUANTITY:
        return named
    if json_type(values) == "array" and named:
        return f"map[string]{named}"
    return f"map[string]{schema_type(values)}"
