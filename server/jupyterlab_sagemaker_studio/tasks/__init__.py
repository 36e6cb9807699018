"""Durable work on the server: staging files and then calling AWS, downloading results.

A task outlives the browser tab that asked for it, and the server: its record is on disk, and what
a killed server left is resumed or reported by the next one.
"""
