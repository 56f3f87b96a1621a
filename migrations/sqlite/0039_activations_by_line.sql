CREATE INDEX activations_by_line ON activations (line_id);
