"""How requests come in and answers go out, the same for every resource."""
