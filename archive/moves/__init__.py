"""Moves: a release that its site has given another address, when it changed its system or its host.

A move is a row of `moves`. It follows from other rows alone (texts, addresses, redirects, when each
was seen), so it can be worked out again at any time, in whatever order these came in. The rule and
its limits: docs/coming-back.md."""
