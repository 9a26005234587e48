"""What a log says before anything is simulated, in the client's words, each finding with its warning."""
