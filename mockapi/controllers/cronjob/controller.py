"""The CronJob controller: a Job whenever the schedule says so."""

from __future__ import annotations

from collections.abc import Mapping

from mockapi.controllers.cronjob.round import Round
from mockapi.controllers.job import facts
from mockapi.controllers.workload.gone import unless_gone
from mockapi.machinery.errors import StatusError
from mockapi.machinery.meta import Key, Object, Objects, controller_of, uid_of
from mockapi.reconcile.controller import Controller, Toolbox, Watch, controller_key, own_key

_CRONJOBS = "cronjobs.batch"


class CronJobController(Controller):
    """Makes and removes the Jobs of each CronJob, and keeps its status."""

    name = "cronjob-controller"
    workers = 2

    def __init__(self, toolbox: Toolbox) -> None:
        super().__init__(toolbox)
        self._recorder = toolbox.recorder(self.name)
        self._cronjobs = toolbox.informers.of(_CRONJOBS)
        self._jobs = toolbox.informers.of(facts.JOBS)

    def watches(self) -> Mapping[str, Watch]:
        return {_CRONJOBS: own_key, facts.JOBS: controller_key("CronJob")}

    def reconcile(self, key: Key) -> float | None:
        cronjob = self._cronjobs.get(key)
        if cronjob is None:
            return None
        with unless_gone():
            return self._look(cronjob)
        return None

    def _look(self, cronjob: Object) -> float | None:
        look = Round(self.client, self._recorder, cronjob, self._jobs_of(cronjob), self.clock.now())
        look.follow_jobs()
        failure, wait = None, None
        try:
            wait = look.act()
            look.clean_up()
        except StatusError as refused:
            failure = refused
        status = {field: value for field, value in look.status.items() if value}
        if status != (cronjob.get("status") or {}):
            self.client.update_status(_CRONJOBS, {**cronjob, "status": status})
        if failure:
            raise failure
        return wait

    def _jobs_of(self, cronjob: Object) -> Objects:
        """The Jobs that it controls, whoever made them."""
        uid = uid_of(cronjob)
        return [job for job in self._jobs.owned_by(uid) if (controller_of(job) or {}).get("uid") == uid]
