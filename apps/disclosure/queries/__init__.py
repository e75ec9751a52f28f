"""What public pages show, read from the rooms below: figures with the moment they hold for, nothing personal."""
