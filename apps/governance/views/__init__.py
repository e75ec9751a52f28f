"""Pages of governance: the ballot, the committee's own pages, ties, and the public record."""
