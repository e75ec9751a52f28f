"""Thin Celery wrappers."""

from celery import shared_task

from apps.projects import services


@shared_task(name="projects.remind_of_milestones")
def remind_of_milestones() -> None:
    """Remind implementers of reports that are due."""
    services.remind_of_milestones()


@shared_task(name="projects.sweep_unfinished")
def sweep_unfinished() -> None:
    """Delete applications that nobody went on with."""
    services.sweep_unfinished()


@shared_task(name="projects.sweep_sent_files")
def sweep_sent_files() -> None:
    """Delete files whose report never came."""
    services.sweep_sent_files()
