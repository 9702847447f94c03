"""`scrapy doctor`: checks whether this machine can crawl, and whether real sites are read
correctly.

Facts are gathered first (`machine`, `crawler.run.connectivity_check`, `trial_crawls`) and judged by
pure functions, so that the doctor's file gives the same verdicts again without a network.
"""
