"""Many at once: tasks, processes, and processes that are killed."""
