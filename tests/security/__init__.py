"""What an attacker tries across rooms."""
