"""The resources of the API, one file each: request models on top, handlers below."""
