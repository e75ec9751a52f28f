"""Reads about needs, projects, calls and reviews."""

from apps.projects.queries.backing import Backing, backing_of, conflicts_of
from apps.projects.queries.caps import Cap, caps_of
