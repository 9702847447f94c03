"""Made-up city sites on loopback addresses, and a tour of all commands on them."""
