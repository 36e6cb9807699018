"""Git repositories: cloning and pulling them as tasks, and the clones that are there."""
