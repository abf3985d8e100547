"""The CronJob controller: when a schedule is due, and the Jobs that are made then."""
