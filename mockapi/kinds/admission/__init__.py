"""Admission plugins, one file each, and the order in which they run."""

from __future__ import annotations

from mockapi.kinds.admission.certificate_subject import CertificateSubjectRestriction
from mockapi.kinds.admission.ingress_class import DefaultIngressClass
from mockapi.kinds.admission.limit_ranger import LimitRanger
from mockapi.kinds.admission.node_taints import TaintNodesByCondition
from mockapi.kinds.admission.podsecurity.plugin import PodSecurity
from mockapi.kinds.admission.priority import DefaultPriority
from mockapi.kinds.admission.resource_quota import ResourceQuotaAdmission
from mockapi.kinds.admission.runtime_class import RuntimeClassAdmission
from mockapi.kinds.admission.service_account import ServiceAccountAdmission
from mockapi.kinds.admission.storage import DefaultStorageClass, PersistentVolumeClaimResize, StorageObjectInUseProtection
from mockapi.kinds.admission.tolerations import DefaultTolerationSeconds
from mockapi.kinds.admission.topology_labels import PodTopologyLabels
from mockapi.registry.admission import Admission

PLUGINS: tuple[Admission, ...] = (
    LimitRanger(),
    ServiceAccountAdmission(),
    TaintNodesByCondition(),
    PodSecurity(),
    DefaultPriority(),
    DefaultTolerationSeconds(),
    DefaultStorageClass(),
    StorageObjectInUseProtection(),
    PersistentVolumeClaimResize(),
    RuntimeClassAdmission(),
    CertificateSubjectRestriction(),
    DefaultIngressClass(),
    PodTopologyLabels(),
    ResourceQuotaAdmission(),
)
