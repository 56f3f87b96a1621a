-- The names that products had before, each until the instant at which another one took its place: the list of a past day names
-- a product as it did then. The present name stands in products and nowhere else.
CREATE TABLE former_product_names (
    product_id   BLOB NOT NULL REFERENCES products (id),
    name         TEXT NOT NULL,
    replaced_at  TEXT NOT NULL,
    PRIMARY KEY (product_id, replaced_at)
) STRICT;
CREATE TRIGGER former_product_names_no_update BEFORE UPDATE ON former_product_names BEGIN SELECT RAISE(ABORT, 'former_product_names is append-only'); END;
CREATE TRIGGER former_product_names_no_delete BEFORE DELETE ON former_product_names BEGIN SELECT RAISE(ABORT, 'former_product_names is append-only'); END;
