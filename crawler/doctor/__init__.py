"""`scrapy doctor`: can this machine crawl, and are real sites read rightly?

Facts are gathered first (`machine`, `crawler.run.first_contact`, `canaries`) and judged by pure
functions, so that a file of the doctor's gives the same verdicts again without the network.
"""
