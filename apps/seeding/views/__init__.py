"""The pages of seeding."""
