"""One firm's customers, category and economics, each number with its origin."""
