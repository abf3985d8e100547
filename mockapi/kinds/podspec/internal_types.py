"""The fields of the internal Go types behind a PodSpec, in their order: facts of the API server, as data.

One line for each type. A field is `GoName` with a type after a colon: `s` text (the default), `i` number, `b` boolean, `p` whatever is
null when unset, `[]T` a list of T, `*T` T or null, `T` a nested T. The name in JSON is GoName with a small initial, unless `=name` follows.
"""

from __future__ import annotations

from typing import NamedTuple


class Field(NamedTuple):
    """One field of an internal type: its name in Go, its name in core/v1, and its type as in the table."""

    go_name: str
    json_name: str
    type: str


_TABLE = """
PodSpec Volumes:[]Volume InitContainers:[]Container Containers:[]Container EphemeralContainers:[]EphemeralContainer RestartPolicy \
TerminationGracePeriodSeconds:p ActiveDeadlineSeconds:p DNSPolicy=dnsPolicy NodeSelector:p ServiceAccountName \
AutomountServiceAccountToken:p NodeName SecurityContext:*PodSecurityContext ImagePullSecrets:[]LocalObjectReference Hostname Subdomain \
SetHostnameAsFQDN:p Affinity:*Affinity SchedulerName Tolerations:[]Toleration HostAliases:[]HostAlias PriorityClassName Priority:p \
PreemptionPolicy:p DNSConfig=dnsConfig:*PodDNSConfig ReadinessGates:[]PodReadinessGate RuntimeClassName:p Overhead:p EnableServiceLinks:p \
TopologySpreadConstraints:[]TopologySpreadConstraint OS=os:*PodOS SchedulingGates:[]PodSchedulingGate ResourceClaims:[]PodResourceClaim \
Resources:*ResourceRequirements HostnameOverride:p SchedulingGroup:p
Container Name Image Command:p Args:p WorkingDir Ports:[]ContainerPort EnvFrom:[]EnvFromSource Env:[]EnvVar \
Resources:ResourceRequirements ResizePolicy:[]ContainerResizePolicy RestartPolicy:p RestartPolicyRules:[]ContainerRestartRule \
VolumeMounts:[]VolumeMount VolumeDevices:[]VolumeDevice LivenessProbe:*Probe ReadinessProbe:*Probe StartupProbe:*Probe \
Lifecycle:*Lifecycle TerminationMessagePath TerminationMessagePolicy ImagePullPolicy SecurityContext:*SecurityContext Stdin:b StdinOnce:b \
TTY=tty:b
ContainerPort Name HostPort:i ContainerPort:i Protocol HostIP=hostIP
EnvVar Name Value ValueFrom:*EnvVarSource
EnvVarSource FieldRef:*ObjectFieldSelector ResourceFieldRef:*ResourceFieldSelector ConfigMapKeyRef:*KeySelector SecretKeyRef:*KeySelector \
FileKeyRef:*FileKeySelector
ObjectFieldSelector APIVersion=apiVersion FieldPath
ResourceFieldSelector ContainerName Resource Divisor
KeySelector Name Key Optional:p
FileKeySelector VolumeName Path Key Optional:p
EnvFromSource Prefix ConfigMapRef:*EnvSource SecretRef:*EnvSource
EnvSource Name Optional:p
ResourceRequirements Limits:p Requests:p Claims:[]ResourceClaim
ResourceClaim Name Request
ContainerResizePolicy ResourceName RestartPolicy
ContainerRestartRule Action ExitCodes:*ContainerRestartRuleOnExitCodes
ContainerRestartRuleOnExitCodes Operator Values:p
VolumeMount Name ReadOnly:b RecursiveReadOnly:p MountPath SubPath MountPropagation:p SubPathExpr
VolumeDevice Name DevicePath
Probe Exec:*ExecAction HTTPGet=httpGet:*HTTPGetAction TCPSocket=tcpSocket:*TCPSocketAction GRPC=grpc:*GRPCAction InitialDelaySeconds:i \
TimeoutSeconds:i PeriodSeconds:i SuccessThreshold:i FailureThreshold:i TerminationGracePeriodSeconds:p
ExecAction Command:p
HTTPGetAction Path Port:i Host Scheme HTTPHeaders=httpHeaders:[]HTTPHeader
HTTPHeader Name Value
TCPSocketAction Port:i Host
GRPCAction Port:i Service:p
SleepAction Seconds:i
Lifecycle PostStart:*LifecycleHandler PreStop:*LifecycleHandler StopSignal:p
LifecycleHandler Exec:*ExecAction HTTPGet=httpGet:*HTTPGetAction TCPSocket=tcpSocket:*TCPSocketAction Sleep:*SleepAction
SecurityContext Capabilities:*Capabilities Privileged:p SELinuxOptions=seLinuxOptions:*SELinuxOptions WindowsOptions:*WindowsOptions \
RunAsUser:p RunAsGroup:p RunAsNonRoot:p ReadOnlyRootFilesystem:p AllowPrivilegeEscalation:p ProcMount:p SeccompProfile:*Profile \
AppArmorProfile:*Profile
PodSecurityContext HostNetwork:b HostPID=hostPID:b HostIPC=hostIPC:b ShareProcessNamespace:p HostUsers:p \
SELinuxOptions=seLinuxOptions:*SELinuxOptions WindowsOptions:*WindowsOptions RunAsUser:p RunAsGroup:p RunAsNonRoot:p SupplementalGroups:p \
SupplementalGroupsPolicy:p FSGroup=fsGroup:p FSGroupChangePolicy=fsGroupChangePolicy:p Sysctls:[]Sysctl SeccompProfile:*Profile \
AppArmorProfile:*Profile SELinuxChangePolicy=seLinuxChangePolicy:p
Capabilities Add:p Drop:p
SELinuxOptions User Role Type Level
WindowsOptions GMSACredentialSpecName=gmsaCredentialSpecName:p GMSACredentialSpec=gmsaCredentialSpec:p RunAsUserName:p HostProcess:p
Profile Type LocalhostProfile:p
Sysctl Name Value
LocalObjectReference Name
Toleration Key Operator Value Effect TolerationSeconds:p
HostAlias IP=ip Hostnames:p
PodDNSConfig Nameservers:p Searches:p Options:[]PodDNSConfigOption
PodDNSConfigOption Name Value:p
PodReadinessGate ConditionType
PodOS Name
PodSchedulingGate Name
PodResourceClaim Name ResourceClaimName:p ResourceClaimTemplateName:p
TopologySpreadConstraint MaxSkew:i TopologyKey WhenUnsatisfiable LabelSelector:p MinDomains:p NodeAffinityPolicy:p NodeTaintsPolicy:p \
MatchLabelKeys:p
Affinity NodeAffinity:*NodeAffinity PodAffinity:*PodAffinity PodAntiAffinity:*PodAffinity
NodeAffinity RequiredDuringSchedulingIgnoredDuringExecution:*NodeSelector \
PreferredDuringSchedulingIgnoredDuringExecution:[]PreferredSchedulingTerm
NodeSelector NodeSelectorTerms:[]NodeSelectorTerm
NodeSelectorTerm MatchExpressions:[]NodeSelectorRequirement MatchFields:[]NodeSelectorRequirement
NodeSelectorRequirement Key Operator Values:p
PreferredSchedulingTerm Weight:i Preference:NodeSelectorTerm
PodAffinity RequiredDuringSchedulingIgnoredDuringExecution:[]PodAffinityTerm \
PreferredDuringSchedulingIgnoredDuringExecution:[]WeightedPodAffinityTerm
PodAffinityTerm LabelSelector:p Namespaces:p TopologyKey NamespaceSelector:p MatchLabelKeys:p MismatchLabelKeys:p
WeightedPodAffinityTerm Weight:i PodAffinityTerm:PodAffinityTerm
Volume Name HostPath:*HostPath EmptyDir:*EmptyDir GCEPersistentDisk=gcePersistentDisk:p AWSElasticBlockStore=awsElasticBlockStore:p \
GitRepo:*GitRepo Secret:*SecretVolume NFS=nfs:*NFS ISCSI=iscsi:p Glusterfs:p PersistentVolumeClaim:*ClaimVolume RBD=rbd:p Quobyte:p \
FlexVolume:p Cinder:p CephFS=cephfs:p Flocker:p DownwardAPI=downwardAPI:*DownwardVolume FC=fc:p AzureFile:p ConfigMap:*NamedKeys \
VsphereVolume:p AzureDisk:p PhotonPersistentDisk:p Projected:*ProjectedVolume PortworxVolume:p ScaleIO=scaleIO:p StorageOS=storageos:p \
CSI=csi:*CSIVolume Ephemeral:p Image:*ImageVolume
HostPath Path Type:p
EmptyDir Medium SizeLimit:p
GitRepo Repository Revision Directory
SecretVolume SecretName Items:[]KeyToPath DefaultMode:p Optional:p
NFS Server Path ReadOnly:b
ClaimVolume ClaimName ReadOnly:b
NamedKeys Name Items:[]KeyToPath DefaultMode:p Optional:p
KeyToPath Key Path Mode:p
DownwardVolume Items:[]DownwardFile DefaultMode:p
DownwardFile Path FieldRef:*ObjectFieldSelector ResourceFieldRef:*ResourceFieldSelector Mode:p
ProjectedVolume Sources:[]VolumeProjection DefaultMode:p
VolumeProjection Secret:*ProjectedKeys DownwardAPI=downwardAPI:*ProjectedFiles ConfigMap:*ProjectedKeys \
ServiceAccountToken:*TokenProjection ClusterTrustBundle:p PodCertificate:p
ProjectedKeys Name Items:[]KeyToPath Optional:p
ProjectedFiles Items:[]DownwardFile
TokenProjection Audience ExpirationSeconds:i Path
CSIVolume Driver ReadOnly:p FSType=fsType:p VolumeAttributes:p NodePublishSecretRef:*LocalObjectReference
ImageVolume Reference PullPolicy
PersistentVolumeSource GCEPersistentDisk=gcePersistentDisk:p AWSElasticBlockStore=awsElasticBlockStore:p HostPath:*HostPath Glusterfs:p \
NFS=nfs:*NFS RBD=rbd:p Quobyte:p ISCSI=iscsi:p FlexVolume:p Cinder:p CephFS=cephfs:p FC=fc:p Flocker:p AzureFile:p VsphereVolume:p \
AzureDisk:p PhotonPersistentDisk:p PortworxVolume:p ScaleIO=scaleIO:p Local:*LocalVolume StorageOS=storageos:p CSI=csi:*CSIPersistentVolume
LocalVolume Path FSType=fsType:p
CSIPersistentVolume Driver VolumeHandle ReadOnly:b FSType=fsType VolumeAttributes:p ControllerPublishSecretRef:*SecretReference \
NodeStageSecretRef:*SecretReference NodePublishSecretRef:*SecretReference ControllerExpandSecretRef:*SecretReference \
NodeExpandSecretRef:*SecretReference
SecretReference Name Namespace
PersistentVolumeClaimSpec AccessModes:p Selector:p Resources:VolumeResources VolumeName StorageClassName:p VolumeMode:p \
DataSource:*TypedReference DataSourceRef:*TypedObjectReference VolumeAttributesClassName:p
VolumeResources Limits:p Requests:p
TypedReference APIGroup=apiGroup:p Kind Name
TypedObjectReference APIGroup=apiGroup:p Kind Name Namespace:p
PodDisruptionBudgetSpec MinAvailable:p Selector:p MaxUnavailable:p UnhealthyPodEvictionPolicy:p
DeploymentStrategy Type RollingUpdate:*RollingUpdateDeployment
RollingUpdateDeployment MaxUnavailable:i MaxSurge:i
StatefulSetUpdateStrategy Type RollingUpdate:*RollingUpdateStatefulSet
RollingUpdateStatefulSet Partition:i MaxUnavailable:p
DaemonSetUpdateStrategy Type RollingUpdate:*RollingUpdateDeployment
PodFailurePolicy Rules:[]PodFailurePolicyRule
PodFailurePolicyRule Action OnExitCodes:*PodFailurePolicyOnExitCodesRequirement OnPodConditions:[]PodFailurePolicyOnPodConditionsPattern
PodFailurePolicyOnExitCodesRequirement ContainerName:p Operator Values:p
PodFailurePolicyOnPodConditionsPattern Type Status
SuccessPolicy Rules:[]SuccessPolicyRule
SuccessPolicyRule SucceededIndexes:p SucceededCount:p
UncountedTerminatedPods Succeeded:p Failed:p
"""


def _field(text: str) -> Field:
    names, _, kind = text.partition(":")
    go_name, _, json_name = names.partition("=")
    return Field(go_name, json_name or go_name[:1].lower() + go_name[1:], kind or "s")


def _table() -> dict[str, tuple[Field, ...]]:
    rows = (line.split() for line in _TABLE.replace("\\\n", "").strip().splitlines())
    table = {name: tuple(map(_field, fields)) for name, *fields in rows}
    table["EphemeralContainer"] = (*table["Container"], _field("TargetContainerName"))
    return table


FIELDS = _table()
