"""What is known about a literature, and every question one can ask of it; no network, no screen, no environment."""
