"""What clusters come with, or have added to them: manifests, and the controllers that install them and play their programs.

May live here: an addon's manifests (`manifests/NAME.yaml`; those in `NAME.static.yaml` are pods that kubelets start from files), and
what a program of an addon does to API objects, such as an ingress controller that writes addresses.
"""
