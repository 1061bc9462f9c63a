"""The ledger 台账: entries, per-case chains, one Merkle log, signed checkpoints, and the proof of it all. Pure."""
