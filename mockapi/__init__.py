"""mockapi: a Kubernetes control plane in one pip install.

What lives at the top level: the command line, the WSGI entry, the assembly that joins the rooms, and the settings.
"""

__version__ = "0.1.0"
