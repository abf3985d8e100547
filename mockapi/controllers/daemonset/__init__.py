"""The DaemonSet controller: where pods belong (`placement`), what they look like (`pods`), what a look finds (`survey`), what is
to be done (`upkeep`, `rollout`), the status, and the controller."""
