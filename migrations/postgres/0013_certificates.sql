-- Certificates of organisations, version by version; the version that ends one says since when.
CREATE TABLE certificates (
    id               UUID PRIMARY KEY,
    certificate_id   UUID NOT NULL,
    organisation_id  UUID NOT NULL REFERENCES organisations (id),
    number           BIGINT NOT NULL,
    version          BIGINT NOT NULL,
    body             JSONB NOT NULL,
    ended_on         DATE,
    recorded_at      TIMESTAMPTZ NOT NULL,
    recorded_by      UUID NOT NULL REFERENCES staff (id),
    UNIQUE (organisation_id, number, version)
);
CREATE TRIGGER certificates_no_update BEFORE UPDATE ON certificates FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER certificates_no_delete BEFORE DELETE ON certificates FOR EACH ROW EXECUTE FUNCTION refuse_change();
