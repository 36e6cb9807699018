"""Durable work on the server: staging files and then calling AWS, downloading results, changing a
space.

A task outlives the browser tab that asked for it, and the server: its record is on disk, and what
a killed server left is resumed or reported by the next one.
"""

#: How the name of the file ends that exists as long as a task is unfinished. All that is looked for
#: when a server starts; the rest of this package is imported once there is something to do.
UNFINISHED = ".spec.json"
