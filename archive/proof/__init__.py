"""Proof of time: a chained log of what happened to releases, and time stamps of its head.

An event holds the digest of the state in which it left a release (`release_state`), and its hash
rests on the event before it (`chain`). So one signed time stamp of the last hash (`stamps`) shows
that everything the chain holds existed before that time. Every change of a release is logged in its
own transaction (`log`). docs/proof.md says what this proves, and what it does not."""
