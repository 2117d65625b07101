"""Sitting: attempts, leases, the answer ledger, handing in."""
