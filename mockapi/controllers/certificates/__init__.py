"""The controllers of CertificateSigningRequests: one signs what has been approved, one clears away."""
