"""What the tests stand on: databases, a clock, a client that demands good pages, a browser."""
