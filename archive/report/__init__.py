"""The archive as one page with pictures: `figures` counts, `charts` draws, `page` puts together."""
