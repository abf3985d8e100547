"""What clients learn the API from: the documents below /api and /apis, legacy and aggregated, made from the kinds."""
