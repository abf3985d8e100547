"""PodDisruptionBudgets: how many pods they expect (`expected`), their status (`controller`), and announcements to pods that were not
carried out (`announced`)."""
