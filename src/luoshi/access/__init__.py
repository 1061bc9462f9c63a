"""Who may come in: accounts of officers, second factors, lock-out, sessions, three administrators, the audit log."""
