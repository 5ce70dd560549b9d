"""The faces of the commands: what an operator types, and what the help says.

Each function imports what it works with when it is called: `wish --help` and a wrong option must
not wait for the ORM, the payment service's SDK and the web server. So these modules, and
`wishcli.main`, import nothing else of ours at their top; the linter is told so in each.
"""
