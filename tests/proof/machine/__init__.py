"""A state machine of people, money and failures, a plain model of it, and what watches both."""
