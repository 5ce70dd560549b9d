"""The API as its users meet it: real server processes, and every answer checked."""
