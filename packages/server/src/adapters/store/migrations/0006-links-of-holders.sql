-- Whether the person a link is for had a token of their own when it was made.
ALTER TABLE decision_links ADD COLUMN had_token INTEGER NOT NULL DEFAULT 0;
