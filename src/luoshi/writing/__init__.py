"""Text out: a reading as JSON, as the task workbook 任务分解表 and as a page; and the filled-in workbook read back.

Nothing is imported here, so that a command loads only the writer that it uses.
"""
