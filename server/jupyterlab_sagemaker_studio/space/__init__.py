"""What only this machine knows of its space: volumes, activity, and ways to keep it awake."""
