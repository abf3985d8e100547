"""The scheduler: which node a pod goes to. Rules that keep a pod off a node are filters, pure, in a file of their own."""
