"""Reading everything again from captures: `shelf` knows where they are, `looks` reads them,
`imports` takes in anybody's, `rebuilding` puts what was read into the archive."""
