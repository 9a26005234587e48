"""What is known from studies: findings, and the parameters that follow from them."""
