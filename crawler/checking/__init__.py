"""Looking whether sources are where the registry expects them, and writing down what is learned."""
