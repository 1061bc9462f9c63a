"""The annual report 年度报告: prose with figures in it, each proven from the ledger."""
