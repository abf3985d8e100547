"""Dynamic admission: what webhooks and policies, which are objects of the API themselves, say to a write.

Here belongs all that happens between a write and those who are asked about it: whom it concerns, how they are asked, what their answers
come to. The declarations of the kinds and the rules of their fields are in `mockapi.kinds.admissionregistration`. A server without such
objects pays for a comparison of revisions; what is made of them is made once for each of their changes.
"""
