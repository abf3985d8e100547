"""What ImageRules make of pulls."""

from __future__ import annotations

from fnmatch import fnmatchcase

from mockapi.machinery.durations import seconds
from mockapi.machinery.meta import Object, name_of
from mockapi.nodes.pods.images import full_name
from mockapi.nodes.pods.problems import ERR_IMAGE_PULL
from mockapi.nodes.pods.surroundings import ImageRule
from mockapi.reconcile.informer import Informers
from mockapi.registry.simulated import IMAGE_RULES


class ImageRules:
    """The rules as they are now; safe for threads."""

    def __init__(self, informers: Informers) -> None:
        self._rules = informers.of(IMAGE_RULES)

    def of(self, image: str) -> ImageRule | None:
        """The first rule by name that is about an image."""
        rules = self._rules.list()
        if not rules:
            return None
        named = (image, full_name(image))
        specs = (rule["spec"] for rule in sorted(rules, key=name_of))
        return next((_parsed(spec) for spec in specs if _is_about(spec, named)), None)


def _is_about(spec: Object, named: tuple[str, str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in spec["images"] for name in named)


def _parsed(spec: Object) -> ImageRule:
    failure = spec.get("failure")
    reason = "" if failure is None else ERR_IMAGE_PULL
    return ImageRule(reason, (failure or {}).get("message", ""), seconds(spec.get("pullDuration")))
