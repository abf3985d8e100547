"""What stages may ask of a pod and its containers (facts), and what they may do to them (actions). Pure: no client, no clock."""
