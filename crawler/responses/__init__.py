"""What a response means: a failure, a release that is still there, when to fetch it again."""
