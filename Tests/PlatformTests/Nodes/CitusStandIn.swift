import Database
import TestSupport

/// What Citus has that distributing calls, with the refusals that it is known for: it knows the rules, and spreads nothing.
enum CitusStandIn {
    /// Puts it into a database, beside the product's tables as the extension is.
    static func install(on url: String) throws {
        try DatabaseServer.run(text, on: url)
    }

    private static let text = """
        CREATE SCHEMA citus;
        DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, citus', current_database()); END $$;
        CREATE TABLE citus.pg_dist_partition (
            logicalrelid REGCLASS PRIMARY KEY, partmethod "char" NOT NULL, partkey TEXT, colocationid INT NOT NULL,
            repmodel "char" NOT NULL
        );
        CREATE FUNCTION citus.citus_version() RETURNS text LANGUAGE sql AS $$ SELECT 'a stand-in' $$;

        CREATE FUNCTION citus.refuse(t regclass, kind text) RETURNS void LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT 1 FROM citus.pg_dist_partition WHERE logicalrelid = t) THEN
                RAISE EXCEPTION 'table "%" is already distributed', t;
            END IF;
            IF EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = t AND NOT tgisinternal) THEN
                RAISE EXCEPTION 'triggers are not supported on % tables', kind;
            END IF;
        END $$;

        CREATE FUNCTION citus.create_reference_table(table_name regclass) RETURNS void LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM citus.refuse(table_name, 'reference');
            IF EXISTS (SELECT 1 FROM pg_constraint AS c JOIN citus.pg_dist_partition AS p ON p.logicalrelid = c.confrelid
                       WHERE c.conrelid = table_name AND c.contype = 'f' AND p.partmethod = 'h') THEN
                RAISE EXCEPTION 'cannot create foreign key constraint since foreign keys from reference tables to distributed tables are not supported';
            END IF;
            INSERT INTO citus.pg_dist_partition VALUES (table_name, 'n', NULL, 1, 't');
        END $$;

        CREATE FUNCTION citus.create_distributed_table(
            table_name regclass, distribution_column text, distribution_type text DEFAULT 'hash',
            colocate_with text DEFAULT 'default', shard_count int DEFAULT NULL
        ) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE place smallint; colocation int;
        BEGIN
            PERFORM citus.refuse(table_name, 'distributed');
            SELECT attnum INTO place FROM pg_attribute WHERE attrelid = table_name AND attname = distribution_column;
            IF place IS NULL THEN
                RAISE EXCEPTION 'column "%" of relation "%" does not exist', distribution_column, table_name;
            END IF;
            IF EXISTS (SELECT 1 FROM pg_index WHERE indrelid = table_name AND (indisunique OR indisexclusion)
                       AND NOT place = ANY (string_to_array(indkey::text, ' ')::smallint[])) THEN
                RAISE EXCEPTION 'cannot create constraint on "%"', table_name USING DETAIL = 'Distributed relations '
                    'cannot have UNIQUE, EXCLUDE, or PRIMARY KEY constraints that do not include the partition column';
            END IF;
            IF colocate_with = 'none' THEN
                SELECT coalesce(max(colocationid), 1) + 1 INTO colocation FROM citus.pg_dist_partition;
            ELSE
                SELECT colocationid INTO colocation FROM citus.pg_dist_partition
                WHERE logicalrelid = colocate_with::regclass AND partmethod = 'h';
                IF colocation IS NULL THEN RAISE EXCEPTION 'relation % is not distributed', colocate_with; END IF;
            END IF;
            IF EXISTS (SELECT 1 FROM pg_constraint AS c
                       LEFT JOIN citus.pg_dist_partition AS p ON p.logicalrelid = c.confrelid
                       WHERE c.conrelid = table_name AND c.contype = 'f'
                           AND (p.logicalrelid IS NULL OR (p.partmethod = 'h' AND p.colocationid <> colocation))) THEN
                RAISE EXCEPTION 'cannot create foreign key constraint since relations are not colocated or not referencing a reference table';
            END IF;
            INSERT INTO citus.pg_dist_partition VALUES (table_name, 'h', distribution_column, colocation, 's');
        END $$;
        """
}
