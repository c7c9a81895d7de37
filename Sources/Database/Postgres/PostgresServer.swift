/// How connections to a PostgreSQL server are opened.
enum PostgresServer {
    /// The most connections of one process for short reads, and for long ones; one more writes.
    static let readers = 8
    static let longReaders = 4

    /// A transaction that hangs gives its locks back after a while, and with them everybody's turn to write.
    static func writer(_ url: String, _ turns: Turns) throws -> Connection {
        let connection = Connection(
            try PostgresLink(
                url,
                settings: """
                    SET client_min_messages = warning; SET synchronous_commit = on; SET statement_timeout = '10min';
                    SET lock_timeout = '15s'; SET idle_in_transaction_session_timeout = '15s';
                    SET tcp_keepalives_idle = 20; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3;
                    """
            ),
            turns: turns
        )
        connection.isPlain =
            try connection.first("SELECT 1 FROM pg_extension WHERE extname = 'citus'") { _ in true } ?? false
        return connection
    }

    static func reader(_ url: String) throws -> Connection {
        Connection(
            try PostgresLink(
                url,
                settings: """
                    SET statement_timeout = '30s'; SET idle_in_transaction_session_timeout = '1min'; SET jit = off;
                    """
            )
        )
    }

    static func longReader(_ url: String) throws -> Connection {
        Connection(
            try PostgresLink(
                url, settings: "SET statement_timeout = '30min'; SET idle_in_transaction_session_timeout = '10min';"
            )
        )
    }
}
