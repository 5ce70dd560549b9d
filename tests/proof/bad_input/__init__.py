"""What nobody should send, to every door: the API, and the command of the operator."""
