"""Documents 文书 of cases on paper: from a template and the ledger to one form, and that to .docx and .pdf.

``making.papers_of`` tells which papers a case has, ``making.paper`` makes one, ``docx_out.docx`` and ``pdf_out.pdf``
write it. Nothing is imported here, so that a command loads only the writer that it uses.
"""
