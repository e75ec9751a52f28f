"""A local stand-in for Stripe: real HTTP, signed webhooks, no network and no money.

Holds its objects in memory (optionally in a JSON file), answers the real `stripe` client, and shows a Checkout page
that is unmistakably a test. For the demonstration and the tests; it refuses to start in production.
"""
