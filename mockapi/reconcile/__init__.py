"""How controllers run, without any policy of their own: work queue, informers, controller and manager, event recorder.

Nothing here knows of a particular kind but Event. What a controller decides belongs in `mockapi.controllers`.
"""
