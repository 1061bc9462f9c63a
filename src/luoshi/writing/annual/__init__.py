"""The annual report: prose with figures in it, composed from the ledger, and written as .docx, .pdf and a page.

``template`` reads the text, ``composing.compose`` makes the report, ``claims`` names what the ledger contradicts.
Nothing is imported here, so that a command loads only what it uses.
"""
