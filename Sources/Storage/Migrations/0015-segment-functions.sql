-- What statements that ask condition trees call; SQLite calls the program for the same (Storage/Segments/SegmentFunctions.swift).

-- The text without case, as the program folds it.
-- Servers only.
CREATE FUNCTION folded(value text) RETURNS text LANGUAGE SQL IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN octet_length(value) = length(value) THEN lower(value COLLATE "C")
        ELSE replace(normalize(lower(upper(normalize(value, NFC) COLLATE "und-x-icu") COLLATE "und-x-icu"),
            NFC), U&'\03C2', U&'\03C3') COLLATE "C" END
$$;

-- The folded parts of a list, each between two commas.
-- Servers only.
CREATE FUNCTION listed(value text) RETURNS text LANGUAGE SQL IMMUTABLE PARALLEL SAFE AS $$
    SELECT ',' || regexp_replace(folded(value), '(^|,) +', '\1', 'g') || ','
$$;

-- number × factor ÷ divisor, cut and kept within 64 bits; nothing where the divisor is not above zero.
-- Servers only.
CREATE FUNCTION scaled(number NUMERIC, factor NUMERIC, divisor NUMERIC) RETURNS bigint
LANGUAGE SQL IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN divisor > 0 THEN CAST(greatest(least(div(number * factor, divisor),
        9223372036854775807), -9223372036854775808) AS BIGINT) END
$$;
