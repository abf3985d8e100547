"""simulation.mockapi.dev/v1alpha1 ImageRule: images that cannot be pulled, or take their time."""

from __future__ import annotations

from datetime import datetime

from mockapi.kinds.simulation.declaring import SimulationStrategy, simulation_kind
from mockapi.kinds.simulation.schemas import duration, several, struct, text
from mockapi.machinery.fielderrors import SPEC, FieldError, required
from mockapi.machinery.meta import Object
from mockapi.registry.kind import Column
from mockapi.registry.printing import joined, or_none
from mockapi.registry.request import Request


class _Strategy(SimulationStrategy):
    """A rule has to say something."""

    def errors(self, obj: Object, request: Request) -> list[FieldError]:
        said = obj["spec"].keys() & {"failure", "pullDuration"}
        return [] if said else [required(SPEC, "one of failure and pullDuration must be given")]


def _images(obj: Object, _now: datetime) -> str:
    return joined(obj["spec"]["images"])


def _fails(obj: Object, _now: datetime) -> bool:
    return "failure" in obj["spec"]


def _pull(obj: Object, _now: datetime) -> str:
    return or_none(obj["spec"].get("pullDuration"))


KIND = simulation_kind(
    "ImageRule",
    "imagerules",
    description="What becomes of pulls of some images. Of several rules for an image the first by name counts.",
    spec=struct(
        "What is wanted.",
        {
            "images": several(
                "Which images it is about: patterns with * and ?, compared with the image as pods name it and with its full name "
                "(docker.io/library/nginx:latest).",
                text("A pattern.", minLength=1),
                minItems=1,
            ),
            "failure": struct(
                "Pulls fail: containers wait with ErrImagePull, then ImagePullBackOff, until the rule is gone.",
                {"message": text("What the registry answers; that it has no such image, if absent.")},
            ),
            "pullDuration": duration("How long a pull takes, one that fails included."),
        },
        required=("images",),
    ),
    columns=(
        Column("Images", _images, description="Which images the rule is about."),
        Column("Fails", _fails, type="boolean", description="Whether their pulls fail."),
        Column("Pull", _pull, description="How long their pulls take."),
    ),
    strategy=_Strategy,
)
