"""The apps, floor by floor; an app imports only floors below its own."""
