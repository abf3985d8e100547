"""How Go holds each type: facts of the API's Go structs that OpenAPI does not tell, by struct name (`group/Name` where groups differ).

What OpenAPI does tell gives the rule, and a table here only the exceptions:
- a required field is always written; an optional one is left out while it is empty (`omitempty`);
- an optional struct, int-or-string or quantity is a pointer, kept even when it is empty; but `spec`, `status` and `metadata` are values,
  always written;
- an optional scalar is a value, left out when it is zero;
- a time is a value, written as null when it is not set.
"""

from __future__ import annotations

_Table = dict[str, frozenset[str]]


def _table(text: str) -> _Table:
    rows = (line.split(":") for line in text.strip().splitlines())
    return {name.strip(): frozenset(fields.split()) for name, fields in rows}


POINTERS = _table("""
    MatchResources: matchPolicy
    MutatingAdmissionPolicySpec: failurePolicy
    MutatingWebhook: failurePolicy matchPolicy reinvocationPolicy sideEffects timeoutSeconds
    NamedRuleWithOperations: scope
    ParamRef: parameterNotFoundAction
    RuleWithOperations: scope
    ServiceReference: path port
    ValidatingAdmissionPolicySpec: failurePolicy
    ValidatingWebhook: failurePolicy matchPolicy sideEffects timeoutSeconds
    Validation: reason
    WebhookClientConfig: url
    DaemonSetSpec: revisionHistoryLimit selector
    DaemonSetStatus: collisionCount
    DeploymentSpec: progressDeadlineSeconds replicas revisionHistoryLimit selector
    DeploymentStatus: collisionCount terminatingReplicas
    ReplicaSetSpec: replicas selector
    ReplicaSetStatus: terminatingReplicas
    RollingUpdateStatefulSetStrategy: partition
    StatefulSetSpec: replicas revisionHistoryLimit selector
    StatefulSetStatus: collisionCount
    TokenRequestSpec: boundObjectRef expirationSeconds
    HorizontalPodAutoscalerSpec: minReplicas targetCPUUtilizationPercentage
    HorizontalPodAutoscalerStatus: currentCPUUtilizationPercentage lastScaleTime observedGeneration
    HPAScalingRules: selectPolicy stabilizationWindowSeconds
    MetricTarget: averageUtilization
    MetricValueStatus: averageUtilization
    CronJobSpec: failedJobsHistoryLimit startingDeadlineSeconds successfulJobsHistoryLimit suspend timeZone
    CronJobStatus: lastScheduleTime lastSuccessfulTime
    JobSpec: activeDeadlineSeconds backoffLimit backoffLimitPerIndex completionMode completions managedBy manualSelector maxFailedIndexes \
        parallelism podReplacementPolicy suspend ttlSecondsAfterFinished
    JobStatus: completionTime failedIndexes ready startTime terminating
    PodFailurePolicyOnExitCodesRequirement: containerName
    SuccessPolicyRule: succeededCount succeededIndexes
    CertificateSigningRequestSpec: expirationSeconds
    PodCertificateRequestSpec: maxExpirationSeconds
    PodCertificateRequestStatus: beginRefreshAt notAfter notBefore
    ClusterTrustBundleProjection: name optional signerName
    LeaseSpec: acquireTime holderIdentity leaseDurationSeconds leaseTransitions preferredHolder renewTime strategy
    LeaseCandidateSpec: pingTime renewTime
    AppArmorProfile: localhostProfile
    AzureDiskVolumeSource: cachingMode fsType kind readOnly
    AzureFilePersistentVolumeSource: secretNamespace
    CSIVolumeSource: fsType readOnly
    ClientIPConfig: timeoutSeconds
    ConfigMap: immutable
    ConfigMapEnvSource: optional
    ConfigMapKeySelector: optional
    ConfigMapProjection: optional
    ConfigMapVolumeSource: defaultMode optional
    Container: restartPolicy
    ContainerStatus: started stopSignal
    DownwardAPIVolumeFile: mode
    DownwardAPIVolumeSource: defaultMode
    EndpointAddress: nodeName
    core/EndpointPort: appProtocol
    EphemeralContainer: restartPolicy
    FCVolumeSource: lun
    FileKeySelector: optional
    GlusterfsPersistentVolumeSource: endpointsNamespace
    GRPCAction: service
    HostPathVolumeSource: type
    ISCSIPersistentVolumeSource: initiatorName
    ISCSIVolumeSource: initiatorName
    KeyToPath: mode
    Lifecycle: stopSignal
    LoadBalancerIngress: ipMode
    NodeFeatures: supplementalGroupsPolicy
    NodeRuntimeHandlerFeatures: recursiveReadOnlyMounts userNamespaces
    NodeSwapStatus: capacity
    PersistentVolumeClaimSpec: storageClassName volumeAttributesClassName volumeMode
    PersistentVolumeClaimStatus: currentVolumeAttributesClassName
    PersistentVolumeSpec: volumeAttributesClassName volumeMode
    PersistentVolumeStatus: lastPhaseTransitionTime
    PodCertificateProjection: maxExpirationSeconds
    PodDNSConfigOption: value
    PodResourceClaim: resourceClaimName resourceClaimTemplateName
    PodResourceClaimStatus: resourceClaimName
    PodSchedulingGroup: podGroupName
    PodSecurityContext: fsGroup fsGroupChangePolicy runAsGroup runAsNonRoot runAsUser seLinuxChangePolicy supplementalGroupsPolicy
    PodSpec: activeDeadlineSeconds automountServiceAccountToken enableServiceLinks hostUsers hostnameOverride preemptionPolicy priority \
        runtimeClassName setHostnameAsFQDN shareProcessNamespace terminationGracePeriodSeconds
    PodStatus: startTime
    PortStatus: error
    IngressPortStatus: error
    Probe: terminationGracePeriodSeconds
    ProjectedVolumeSource: defaultMode
    ReplicationControllerSpec: replicas
    SeccompProfile: localhostProfile
    Secret: immutable
    SecretEnvSource: optional
    SecretKeySelector: optional
    SecretProjection: optional
    SecretVolumeSource: defaultMode optional
    SecurityContext: allowPrivilegeEscalation privileged procMount readOnlyRootFilesystem runAsGroup runAsNonRoot runAsUser
    ServiceAccount: automountServiceAccountToken
    ServiceAccountTokenProjection: expirationSeconds
    ServicePort: appProtocol
    ServiceSpec: allocateLoadBalancerNodePorts internalTrafficPolicy ipFamilyPolicy loadBalancerClass trafficDistribution
    Taint: timeAdded
    Toleration: tolerationSeconds
    TopologySpreadConstraint: minDomains nodeAffinityPolicy nodeTaintsPolicy
    core/TypedLocalObjectReference: apiGroup
    TypedObjectReference: apiGroup namespace
    VolumeMount: mountPropagation recursiveReadOnly
    VolumeMountStatus: recursiveReadOnly
    WindowsSecurityContextOptions: gmsaCredentialSpec gmsaCredentialSpecName hostProcess runAsUserName
    ResourceHealth: message
    discovery/Endpoint: hostname nodeName zone
    EndpointConditions: ready serving terminating
    discovery/EndpointPort: appProtocol name port protocol
    ExemptPriorityLevelConfiguration: lendablePercent nominalConcurrencyShares
    LimitedPriorityLevelConfiguration: borrowingLimitPercent lendablePercent nominalConcurrencyShares
    HTTPIngressPath: pathType
    IngressClassParametersReference: apiGroup namespace scope
    IngressSpec: ingressClassName
    NetworkPolicyPort: endPort protocol
    IPAddressSpec: parentRef
    PodDisruptionBudgetSpec: unhealthyPodEvictionPolicy
    AllocatedDeviceStatus: data shareID
    AllocationResult: allocationTimestamp
    BasicDevice: allNodes allowMultipleAllocations bindsToNode nodeName
    Device: allNodes allowMultipleAllocations bindsToNode nodeName
    DeviceAttribute: bool int string version
    DeviceClassSpec: extendedResourceName
    DeviceConstraint: distinctAttribute matchAttribute
    DeviceRequest: adminAccess
    DeviceRequestAllocationResult: adminAccess shareID
    DeviceTaint: timeAdded
    DeviceTaintSelector: device driver pool
    DeviceToleration: tolerationSeconds
    ExactDeviceRequest: adminAccess
    NodeAllocatableResourceMapping: capacityKey
    PoolStatus: allocatedDevices availableDevices nodeName resourceSliceCount totalDevices unavailableDevices validationError
    ResourcePoolStatusRequest: status
    ResourcePoolStatusRequestSpec: limit poolName
    ResourcePoolStatusRequestStatus: poolCount
    ResourceSliceSpec: allNodes nodeName perDeviceNodeSelection
    PodGroupResourceClaim: resourceClaimName resourceClaimTemplateName
    PodGroupResourceClaimStatus: resourceClaimName
    PodGroupSpec: disruptionMode priority
    PodGroupTemplate: disruptionMode priority
    PriorityClass: preemptionPolicy
    CSIDriverSpec: attachRequired fsGroupPolicy nodeAllocatableUpdatePeriodSeconds podInfoOnMount preventPodSchedulingIfMissing \
        requiresRepublish seLinuxMount serviceAccountTokenInSecrets storageCapacity
    StorageClass: allowVolumeExpansion reclaimPolicy volumeBindingMode
    storage/TokenRequest: expirationSeconds
    VolumeAttachmentSource: persistentVolumeName
    VolumeError: errorCode
    VolumeNodeResources: count
    CustomResourceDefinitionVersion: deprecationWarning
    CustomResourceSubresourceScale: labelSelectorPath
    CustomResourceSubresources: status
    JSONSchemaProps: $ref maxItems maxLength maxProperties maximum minItems minLength minProperties minimum multipleOf \
        x-kubernetes-list-type x-kubernetes-map-type x-kubernetes-preserve-unknown-fields
    ValidationRule: optionalOldSelf reason
    DeleteOptions: gracePeriodSeconds ignoreStoreReadErrorWithClusterBreakingPotential orphanDependents propagationPolicy
    ListMeta: remainingItemCount
    ManagedFieldsEntry: time
    ObjectMeta: creationTimestamp deletionGracePeriodSeconds deletionTimestamp
    OwnerReference: blockOwnerDeletion controller
    Preconditions: resourceVersion uid
""")
"""Scalars, times and (where the rule says value) structs that are held by pointer: explicit zeros are kept, unset ones are not written.
A required field that is named here is written as null when it is not set. `creationTimestamp` is a value with `omitzero`: the same."""

VALUES = _table("""
    DaemonSetSpec: updateStrategy
    DeploymentSpec: strategy
    ReplicaSetSpec: template
    StatefulSetSpec: updateStrategy
    ControllerRevision: data
    SelfSubjectReviewStatus: userInfo
    TokenReviewStatus: user
    Container: resources
    EphemeralContainer: resources
    ContainerStatus: lastState state
    core/Event: source
    events/Event: deprecatedSource regarding
    NodeStatus: daemonEndpoints nodeInfo
    NodeDaemonEndpoints: kubeletEndpoint
    PersistentVolumeClaimSpec: resources
    PodTemplate: template
    ResourceFieldSelector: divisor
    ServiceStatus: loadBalancer
    discovery/Endpoint: conditions
    LimitedPriorityLevelConfiguration: limitResponse
    IngressServiceBackend: port
    IngressStatus: loadBalancer
    NetworkPolicySpec: podSelector
    AllocationResult: devices
    ResourceClaimSpec: devices
    CustomResourceDefinitionStatus: acceptedNames
    APIGroup: preferredVersion
""")
"""Optional structs and quantities that are values, thus always written."""

WRITTEN = _table("""
    StatefulSetOrdinals: start
    StatefulSetSpec: serviceName
    StatefulSetStatus: availableReplicas
    TokenRequestSpec: audiences boundObjectRef expirationSeconds
    TokenRequestStatus: token
    autoscaling/HorizontalPodAutoscalerStatus: currentMetrics
    ContainerImage: names
    core/Event: reportingComponent reportingInstance
    FlowSchemaSpec: matchingPrecedence
    PriorityClass: value
    QueuingConfiguration: handSize queueLengthLimit queues
    LimitRangeSpec: limits
    core/TypedLocalObjectReference: apiGroup
    TypedObjectReference: apiGroup
    EndpointSlice: endpoints ports
    PodDisruptionBudgetStatus: currentHealthy desiredHealthy disruptionsAllowed expectedPods
    ClusterRole: rules
    Role: rules
    CustomResourceDefinitionStatus: conditions storedVersions
""")
"""Fields that OpenAPI calls optional and Go writes all the same, as it lacks `omitempty`."""

NOTICED = _table("""
    IngressSpec: rules
    ObjectMeta: managedFields
""")
"""Lists that stay when they are sent empty, because the difference shows; they are dropped before they are stored."""

_PERSISTENT_SOURCES = """awsElasticBlockStore azureDisk azureFile cephfs cinder csi fc flexVolume flocker gcePersistentDisk glusterfs
    hostPath iscsi local nfs photonPersistentDisk portworxVolume quobyte rbd scaleIO storageos vsphereVolume"""
_DEVICE_CONFIGURATIONS = ("DeviceAllocationConfiguration", "DeviceClaimConfiguration", "DeviceClassConfiguration")
_LOCAL_REFERENCES = """ConfigMapEnvSource ConfigMapKeySelector ConfigMapProjection SecretEnvSource SecretKeySelector SecretProjection"""

EMBEDDED: dict[str, dict[str, str]] = {
    "PersistentVolumeSpec": dict.fromkeys(_PERSISTENT_SOURCES.split(), "PersistentVolumeSource"),
    "IngressRule": {"http": "IngressRuleValue"},
    "Probe": dict.fromkeys(("exec", "grpc", "httpGet", "tcpSocket"), "ProbeHandler"),
    "RuleWithOperations": dict.fromkeys(("apiGroups", "apiVersions", "resources", "scope"), "Rule"),
    "NamedRuleWithOperations": {
        "operations": "RuleWithOperations",
        **dict.fromkeys(("apiGroups", "apiVersions", "resources", "scope"), "RuleWithOperations.Rule"),
    },
    **{struct: {"opaque": "DeviceConfiguration"} for struct in _DEVICE_CONFIGURATIONS},
    **{struct: {"name": "LocalObjectReference"} for struct in _LOCAL_REFERENCES.split()},
}
"""The embedded structs that hold some of a struct's fields; decoding errors name them on the way to the field."""

EMBEDDED_BUT: dict[str, tuple[str, frozenset[str]]] = {
    "Volume": ("VolumeSource", frozenset({"name"})),
    "EphemeralContainer": ("EphemeralContainerCommon", frozenset({"targetContainerName"})),
}
"""Structs whose fields all lie in one embedded struct, but for those named."""


def fact(table: _Table, group: str, struct: str, field: str) -> bool:
    """Whether a table names a field of a struct; `group` is the API group's package, such as `discovery`."""
    fields = table.get(f"{group}/{struct}")
    return field in (table.get(struct, ()) if fields is None else fields)


def embedded_in(struct: str, field: str) -> str:
    """The embedded structs on the way to a field, joined by dots; "" for a field of the struct itself."""
    if struct in EMBEDDED_BUT:
        name, own = EMBEDDED_BUT[struct]
        return "" if field in own else name
    return EMBEDDED.get(struct, {}).get(field, "")
