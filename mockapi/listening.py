"""The address that the server listens on, and what a person is told of it."""

from __future__ import annotations

import socket
import struct

from mockapi.settings import LOOPBACK, BadSettingError, Settings

# A client that takes nothing of what it is sent for so long is dropped; it would hold its thread for ever.
SEND_SECONDS = 5


def listen(settings: Settings) -> socket.socket:
    """The listening socket. BadSettingError when the address cannot be had."""
    family = socket.AF_INET6 if ":" in settings.address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.address, settings.port))
        listener.listen(2048)
    except OSError as failure:
        listener.close()
        raise BadSettingError(f"cannot listen on {settings.address}:{settings.port}: {failure.strerror}") from failure
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_SECONDS, 0))  # accepted connections inherit it
    listener.set_inheritable(True)
    return listener


def advice(settings: Settings) -> str:
    """What a person needs to point kubectl at the server."""
    where = (
        f"export KUBECONFIG={settings.kubeconfig}"
        if settings.kubeconfig
        else "mockapi kubeconfig > mockapi.kubeconfig && export KUBECONFIG=mockapi.kubeconfig"
    )
    lines = [
        f"mockapi serves Kubernetes {settings.kubernetes_version} on {settings.server} (data in {settings.database})",
        f"  {where}",
        "  kubectl get services",
    ]
    if settings.address not in LOOPBACK:
        lines.append("  Whoever reaches this address is cluster administrator.")
    return "\n".join(lines)
