"""Pages of gifts: the public's (`giving`), the provider's (`webhooks`), staff's (`gifts`, `campaigns`)."""
