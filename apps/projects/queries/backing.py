"""Reads about what stands behind an application."""

from dataclasses import dataclass

from apps.projects.models import Declaration, FundingLine, Project, TeamLine


@dataclass(frozen=True)
class Backing:
    """Other money in fen, the team by role, and declared ties (not for the public); the whole work costs what is asked
    and the other money."""

    funding: tuple[FundingLine, ...]
    team: tuple[TeamLine, ...]
    asked: int
    conflicts: str

    @property
    def total(self) -> int:
        """Fen the whole work costs."""
        return self.asked + sum(line.amount for line in self.funding)

    @property
    def persons(self) -> int:
        """How many people work in all roles."""
        return sum(line.persons for line in self.team)


def backing_of(project: Project) -> Backing:
    """Return what stands behind an application, in the order it was written."""
    return Backing(
        funding=tuple(project.funding_lines.order_by("number")),
        team=tuple(project.team_lines.order_by("number")),
        asked=project.asked,
        conflicts=conflicts_of(project),
    )


def conflicts_of(project: Project) -> str:
    """Return what was declared about ties to those who decide; not for the public. Empty declares none."""
    words = Declaration.objects.filter(project=project).values_list("words", flat=True).first()
    return words or ""
