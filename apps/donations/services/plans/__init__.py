"""The verbs of monthly giving: begin, pause, resume, change, stop; what the provider tells; what each day brings."""
