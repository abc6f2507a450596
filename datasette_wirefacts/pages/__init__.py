"""Pages of our own, under /DATABASE/-/wirefacts: for people who would rather look than query.

``frame`` opens a page (permissions, language, links) and renders it; each other module is one page or a pure part of one.
"""
