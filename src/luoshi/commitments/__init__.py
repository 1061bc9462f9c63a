"""Commitments 目标任务: reports, review of what was read, the four clarities, issue, progress, year on year."""
