-- When somebody last asked for the delivery to be made again; its tries are counted from there.
ALTER TABLE webhook_deliveries ADD COLUMN redelivered_at_ms INTEGER;
