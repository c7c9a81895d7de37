-- What statements that ask of events' contexts call; SQLite calls the program for the same (Storage/Segments/SegmentFunctions.swift).

-- What a path finds, as a list; nothing where the context is no JSON that the server can keep.
-- Servers only.
CREATE FUNCTION context_values(context text, path text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN jsonb_path_query_array(CAST(context AS jsonb), CAST(path AS jsonpath)) ; EXCEPTION WHEN data_exception THEN RETURN NULL ; END
$$;

-- The texts that a path finds, folded, each between two separators; numbers to six places.
-- Servers only.
CREATE FUNCTION context_texts(context text, path text) RETURNS text LANGUAGE SQL IMMUTABLE AS $$
    SELECT folded(chr(31) || string_agg(part, chr(31) ORDER BY place) || chr(31))
    FROM (
        SELECT place, left(replace(CASE jsonb_typeof(found)
            WHEN 'string' THEN found #>> '{}'
            WHEN 'boolean' THEN found #>> '{}'
            WHEN 'number' THEN CASE WHEN abs(round(CAST(found AS NUMERIC), 6)) < 1000000000000000000
                THEN CAST(trim_scale(round(CAST(found AS NUMERIC), 6)) AS text) END
        END, chr(31), ''), 255) AS part
        FROM jsonb_array_elements(context_values(context, path)) WITH ORDINALITY AS e(found, place)
    ) AS parts WHERE part <> ''
$$;

-- The first number that a path finds, in millionths.
-- Servers only.
CREATE FUNCTION context_number(context text, path text) RETURNS bigint LANGUAGE SQL IMMUTABLE AS $$
    SELECT CASE WHEN abs(number) <= 9223372036854.775807 THEN CAST(number * 1000000 AS BIGINT) END
    FROM (
        SELECT place, CASE jsonb_typeof(found) WHEN 'number' THEN round(CAST(found AS NUMERIC), 6) END AS number
        FROM jsonb_array_elements(context_values(context, path)) WITH ORDINALITY AS e(found, place)
    ) AS numbers WHERE abs(number) < 1000000000000000000 ORDER BY place LIMIT 1
$$;
