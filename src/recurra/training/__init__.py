"""Training: compile, fit, evaluate and predict as small steps, and what they are made of."""
