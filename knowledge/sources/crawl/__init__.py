"""Wikis over http(s), crawled by Scrapy in a process of its own."""
