"""Nothing that clients, machines or clocks do stops the server, or costs anybody a cent."""
