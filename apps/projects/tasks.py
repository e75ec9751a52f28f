"""Thin Celery wrappers."""

from celery import shared_task

from apps.projects import services


@shared_task(name="projects.remind_of_milestones")
def remind_of_milestones() -> None:
    """Remind implementers of reports that are due."""
    services.remind_of_milestones()
