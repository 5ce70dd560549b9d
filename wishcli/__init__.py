"""The command line and the development servers that come with it."""
