"""What we believe of foreign services, checked against stand-ins or against them."""
