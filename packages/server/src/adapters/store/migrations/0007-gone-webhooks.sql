-- Since when the receiver is gone (it answered 410); NULL where it is not.
ALTER TABLE webhooks ADD COLUMN gone_at_ms INTEGER;
