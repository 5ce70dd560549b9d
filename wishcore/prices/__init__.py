"""What things cost elsewhere: Amazon's product ids and offers, previews of other shops' pages."""
