"""The Kubernetes protobuf encoding (`application/vnd.kubernetes.protobuf`): read into what its JSON would hold, and written from that.

`fields.json` holds the numbers and types of the fields of each message, `collect` gathers them from programs that carry them, and nothing
else here knows a kind but `special`, for the few types that JSON writes in their own way. The wire format is read and written by hand: no
maintained package on PyPI was found that ships the messages of current minors, building their classes from this same table would cost each
process the protobuf library (35 ms and 7 MB), and its errors are not the ones that Go gives. All is loaded at the first body in this
encoding.
"""
