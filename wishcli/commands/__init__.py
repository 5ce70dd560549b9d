"""The faces of the commands: what an operator types, and what the help says.

Each function imports what it works with when it is called: `wish --help`, a wrong option and the
completion of a shell must not wait for the ORM, the payment service's SDK and the web server.
"""
