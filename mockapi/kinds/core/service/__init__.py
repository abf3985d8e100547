"""The kind Service: its declaration, defaults, rules, and what it takes from the pools of cluster IPs and node ports.

Order of a write, as on a real server: cluster IPs and families are filled in (`addressing`), values are allocated (`allocation`),
fields of a type that was left are dropped (`transitions`), and only then the rules are checked (`rules`, `updates`).
"""
