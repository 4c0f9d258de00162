"""The ledger on DynamoDB: one table, one item per fingerprint."""
