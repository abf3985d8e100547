"""The actions that stages may name; they are listed in docs/simulation.md."""

from __future__ import annotations

from mockapi.nodes.pods import changing, starting
from mockapi.nodes.staging.engine import Action

ACTIONS: dict[str, Action] = {
    "begin": starting.begin,
    "prepare-sandbox": starting.prepare_sandbox,
    "appear": starting.appear,
    "start": starting.start,
    "image-fails": starting.image_fails,
    "back-off-image": starting.back_off_image,
    "creation-fails": starting.creation_fails,
    "end": changing.end,
    "stop": changing.stop,
    "kill": changing.kill,
    "back-off": changing.back_off,
    "mark": changing.mark,
    "fail": changing.fail,
    "finish": changing.finish,
    "summarise": changing.summarise,
    "observe": changing.observe,
    "resize": changing.resize,
}
